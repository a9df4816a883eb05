"""What the options take, and how a mistake in one is told: in the words that were typed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwartier.cli.options import ProviderOptions, StoreOptions
from kwartier.cli.wording import counted, next_command
from support.cli import Cli

QUARTERS = "541440110000000307"
START = "2026-11-01"


@pytest.fixture
def one_customer(cli: Cli) -> Cli:
    cli("customers", "add", "c-1")
    return cli


@pytest.fixture
def synced(one_customer: Cli) -> Cli:
    one_customer("mock-mandate", "c-1", QUARTERS, "--from", START)
    one_customer("sync")
    return one_customer


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--from", "soon"], "--from: must be an ISO 8601 date or date-time"),
        (["--from", ""], "--from: must be an ISO 8601 date or date-time"),
        (["--from", "2020-01-01"], "--from: must not be earlier than 3 years ago"),
        (["--from", "2027-01-01"], "--from: must not lie in the future (got '2027-01-01')"),
        (["--from", START, "--to", "later"], "--to: must be an ISO 8601"),
        (
            ["--from", START, "--to", "2026-10-01"],
            f"--to: must be later than --from (got '2026-10-01', --from is '{START}')",
        ),
        (["--max-eans", "1001"], "--max-eans: must be between 0 and 1000 (got 1001)"),
        (["--return-url-success", "x.be"], "--return-url-success: must be a web address"),
        (["--return-url-failed", "x.be"], "--return-url-failed: must be a web address"),
        (["--service=[]"], "--service. Name day, quarter, or both"),
        (["--service", "day", "--service", "day"], "--service. Name day, quarter, or both"),
        (["--empty-service"], "Unknown option: --empty-service"),
    ],
)
def test_link_complains_about_the_option_that_was_typed(
    one_customer: Cli, arguments: list[str], says: str
) -> None:
    said = " ".join(one_customer("link", "c-1", *arguments, code=2).replace("│", " ").split())
    assert says in said
    assert "data_period" not in said
    assert "T00:00:00Z" not in said.partition("such as")[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([QUARTERS, "--from", "soon"], "--from: must be an ISO 8601"),
        ([QUARTERS, "--from", START, "--to", START], "--to: must be later than --from"),
        (["123", "--from", START], "EAN: an EAN is text of exactly 18 digits"),
        ([QUARTERS, "--from", START, "--production"], "--sandbox: must be given"),
        ([QUARTERS, "--from", START, "--service=[]"], "--service. Name day, quarter, or both"),
    ],
)
def test_mock_mandate_complains_about_what_was_typed(
    one_customer: Cli, arguments: list[str], says: str
) -> None:
    said = one_customer("mock-mandate", "c-1", *arguments, code=2)
    assert says in " ".join(said.replace("│", " ").split())
    assert "data_period" not in said


@pytest.mark.parametrize("command", ["link", "mock-mandate"])
def test_help_offers_no_empty_service_and_no_python(cli: Cli, command: str) -> None:
    said = cli(command, "--help")
    assert "--empty" not in said
    assert "('day'" not in said


def test_what_a_mock_mandate_says_next_can_be_typed(one_customer: Cli, tmp_path: Path) -> None:
    env_file = tmp_path / "my emulator.env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in one_customer.env.items()))
    given = ["--sandbox", "--env-file", str(env_file)]
    said = one_customer("mock-mandate", "c-1", QUARTERS, "--from", START, *given)
    typed = shlex.split(said.partition("Next: `")[2].partition("`")[0])
    assert typed == ["kwartier", "sync", *given, "--store", str(one_customer.store)]


def test_the_next_command_repeats_only_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Path("data/kwartier.duckdb")
    assert next_command("sync", ProviderOptions()) == "kwartier sync"
    assert next_command("sync", ProviderOptions(sandbox=False)) == "kwartier sync --production"
    assert next_command("peaks", StoreOptions(store=store)) == f"kwartier peaks --store {store}"
    monkeypatch.setenv("KWARTIER_STORE", str(store))
    assert next_command("peaks", StoreOptions(store=store)) == "kwartier peaks"


def test_one_is_counted_as_one() -> None:
    assert [counted(number, "value") for number in (0, 1, 2)] == ["0 values", "1 value", "2 values"]


@pytest.mark.parametrize("name", ["values.csv", "values.xlsx"])
def test_an_export_to_another_format_is_refused(cli: Cli, name: str) -> None:
    assert "FILE: only Parquet" in cli("export", str(cli.folder / name), code=2)
    assert not (cli.folder / name).exists()


def test_an_export_onto_the_store_itself_is_refused(
    one_customer: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = one_customer.folder / "data"
    one_customer.store.rename(store)
    one_customer.store = store
    monkeypatch.chdir(one_customer.folder)
    assert "FILE: is the store itself" in one_customer("export", "./data", code=2)
    assert len(one_customer.json("customers", "list")) == 1


@pytest.mark.parametrize("to", ["2026-10-01", START])
def test_an_export_that_ends_before_it_begins_is_refused(cli: Cli, to: str) -> None:
    said = cli("export", "x.parquet", "--from", START, "--to", to, code=2)
    assert f"--to: must be later than --from (got '{to}', --from is '{START}')" in said


def test_an_export_of_an_unknown_point_is_refused_and_the_file_left_alone(synced: Cli) -> None:
    target = synced.folder / "mine.parquet"
    target.write_text("mine")
    said = synced("export", str(target), "--point", "541440110000000999", code=2)
    assert "--point: the store holds no values of this metering point" in said
    assert "kwartier mandates --known" in said
    assert target.read_text() == "mine"


def test_an_export_without_rows_says_so(one_customer: Cli) -> None:
    target = one_customer.folder / "x.parquet"
    said = one_customer("export", str(target))
    assert "0 values in" in said
    assert "The store holds no values yet" in said
    one_customer("mock-mandate", "c-1", QUARTERS, "--from", START)
    one_customer("sync")
    said = one_customer("export", str(target), "--to", "2020-01-01", "--point", QUARTERS)
    assert "no values that fit these options" in said
    assert pq.read_metadata(target).num_rows == 0


def test_granularities_go_by_the_datas_words_and_by_peoples(synced: Cli) -> None:
    target = synced.folder / "x.parquet"
    rows = {
        word: synced.json("export", str(target), "--granularity", word)["rows"]
        for word in ("PT15M", "quarter-hour", "PT1H", "hour", "P1D", "day")
    }
    assert rows["PT15M"] == rows["quarter-hour"] > rows["P1D"] == rows["day"] > 0
    assert rows["PT1H"] == rows["hour"] == 0
    shown = synced("export", "--help")
    assert all(word in shown for word in rows)
    assert "Choose from" in synced("export", str(target), "--granularity", "week", code=2)
