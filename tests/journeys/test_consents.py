"""What customers agree to: kept by purpose and wording, shown where a provider has to show it."""

from __future__ import annotations

import json

import pytest

from support.cli import Cli
from support.emulators import FROZEN_AT

WORDS = "Ik ga akkoord.\n"


@pytest.fixture
def kept(cli: Cli) -> Cli:
    """The command line with one wording kept."""
    (cli.folder / "words.txt").write_text(WORDS)
    assert "Kept: 2026-1 in nl" in cli(
        "consents", "wording", "2026-1", str(cli.folder / "words.txt")
    )
    return cli


def agreed(cli: Cli) -> list[tuple[str, str, str, str]]:
    return [
        (row["customer_id"], row["purpose"], row["wording"], row["channel"])
        for row in cli.json("consents", "list")
    ]


def test_a_customer_is_added_with_what_it_agrees_to(kept: Cli) -> None:
    noted = ("--purpose", "advice", "--wording", "2026-1", "--channel", "telephone")
    kept("customers", "add", "c-1", "--label", "Els", *noted)
    kept("customers", "add", "c-1", *noted)
    kept("customers", "add", "c-2")
    assert agreed(kept) == [("c-1", "advice", "2026-1", "telephone")]
    shown = {row["customer_id"]: row["consents"] for row in kept.json("customers", "list")}
    assert shown == {"c-1": "advice (2026-1)", "c-2": ""}
    assert kept.json("consents", "list", "--customer", "c-2") == []
    assert "advice" in kept("consents", "list")


def test_a_link_notes_it_too_and_the_environment_may_say_it(
    kept: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept("customers", "add", "c-1")
    monkeypatch.setenv("KWARTIER_PURPOSE", "billing")
    monkeypatch.setenv("KWARTIER_WORDING", "2026-1")
    kept("link", "c-1", "--sandbox")
    assert agreed(kept) == [("c-1", "billing", "2026-1", "web")]
    reference = kept.json("customers", "list")[0]["reference_number"]
    kept("mock-mandate", "c-1", "541440110000000141", "--from", "2026-11-01", "--sandbox")
    kept("mandates", "--sandbox")
    for row in kept.json("mandates", "--history"):
        assert (row["reference_number"], row["consents"]) == (reference, "billing (2026-1)")


def test_all_of_a_file_agree_to_the_same(kept: Cli) -> None:
    path = kept.folder / "customers.csv"
    path.write_text("customer_id\nc-1\nc-2\n")
    kept("customers", "import", str(path), "--purpose", "advice", "--wording", "2026-1")
    assert [row[0] for row in sorted(agreed(kept))] == ["c-1", "c-2"]


def test_words_are_shown_and_never_change(kept: Cli) -> None:
    assert WORDS.strip() in kept("consents", "wording", "2026-1")
    other = kept.folder / "other.txt"
    other.write_text("Ik ga met alles akkoord.")
    assert "give a new version" in kept("consents", "wording", "2026-1", str(other), code=2)
    assert kept.json("consents", "wording", "2026-1", str(other), "--language", "en")["new"]
    assert "there is no wording" in kept("consents", "wording", "2027-1", code=2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--purpose", "advice"], "--wording: must stand beside --purpose"),
        (["--wording", "2026-1"], "--purpose: must stand beside --wording"),
        (["--purpose", "advice", "--wording", "2027-1"], "there is no wording '2027-1'"),
    ],
)
def test_a_purpose_without_words_is_refused_and_nothing_is_added(
    kept: Cli, arguments: list[str], says: str
) -> None:
    assert says in kept("customers", "add", "c-1", *arguments, code=2)
    assert kept.json("customers", "list") == []


def test_a_purpose_is_withdrawn_and_stays_so_until_it_is_given_again(
    kept: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for purpose in ("advice", "billing"):
        kept("customers", "add", "c-1", "--purpose", purpose, "--wording", "2026-1")
    said = kept("consents", "withdraw", "c-1", "--purpose", "advice")
    assert "Withdrawn 2026-11-20 13:00" in said
    assert "What stands: billing." in said
    assert "Withdrawn already" in kept("consents", "withdraw", "c-1", "--purpose", "advice")
    assert "No purpose is left" not in kept("consents", "list")
    done = kept.json("consents", "withdraw", "c-1", "--purpose", "billing")
    assert done == {"customer_id": "c-1", "purpose": "billing", "withdrawn": 1, "stand": []}
    assert "No purpose is left for the data of c-1" in kept("consents", "list")
    shown = kept("customers", "add", "c-1", "--purpose", "advice", "--wording", "2026-1")
    assert "advice (2026-1, withdrawn 2" in shown
    kept("link", "c-1", "--sandbox", "--purpose", "advice", "--wording", "2026-1")
    rows = kept.json("consents", "list")
    assert sorted(row["withdrawn_at"] is None for row in rows) == [False, False, True]
    dates = {row[name] for row in rows for name in ("given_at", "withdrawn_at")} - {None}
    assert dates == {f"{FROZEN_AT:%Y-%m-%dT%H:%M:%SZ}"}, "by the emulated clock"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["c-1", "--purpose", "billing"], "--purpose: 'billing' was not agreed to"),
        (
            ["c-1", "--purpose", "advice", "--at", "2020-01-01"],
            "--at: must not lie before it was given, 2",
        ),
        (["c-1", "--purpose", "advice", "--at", "2190-01-01"], "must not lie in the future"),
        (["c-2", "--purpose", "advice"], "'c-2' is not known"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_and_stands(
    kept: Cli, arguments: list[str], says: str
) -> None:
    kept("customers", "add", "c-1", "--purpose", "advice", "--wording", "2026-1")
    assert says in kept("consents", "withdraw", *arguments, code=2)
    assert kept.json("consents", "list")[0]["withdrawn_at"] is None


def test_a_customer_is_told_what_it_withdrew(kept: Cli) -> None:
    kept("customers", "add", "c-1", "--purpose", "advice", "--wording", "2026-1")
    kept("consents", "withdraw", "c-1", "--purpose", "advice")
    folder = kept.folder / "told"
    for language, word in (("nl", "Ingetrokken"), ("fr", "Retiré"), ("en", "Withdrawn")):
        kept("customers", "add", "c-1", "--language", language)
        kept("disclose", "--customer", "c-1", "--out", str(folder), "--force")
        assert word in (folder / "index.html").read_text()
    (consent,) = json.loads((folder / "disclosure.json").read_bytes())["consents"]
    assert consent["withdrawn_at"] >= consent["given_at"]
