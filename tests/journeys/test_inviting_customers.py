"""Inviting from the command line: one customer, or a file of them ready for a mail merge."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from kwartier.office import open_office
from kwartier.office.invitations import find_invitation
from kwartier.store import open_store
from kwartier.web.qr_codes import QrCode
from support.cli import Cli


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line with an empty store and no provider at all: inviting asks none."""
    return Cli(tmp_path, {}, capsys)


def read_qr_code(path: Path) -> str:
    """What a reader of another make sees in a PNG."""
    [found] = zxingcpp.read_barcodes(np.asarray(Image.open(path).convert("L")))
    return str(found.text)


def test_inviting_adds_a_customer_and_asking_again_gives_the_same_link(here: Cli) -> None:
    codes = here.folder / "codes"
    asked = ("invite", "c-1001", "--label", "Noor", "--expect", "2", "--service", "day")
    first = here.json(*asked, "--qr", str(codes))
    assert first["link"].startswith("http://127.0.0.1:8602/connect/")
    assert (first["new"], first["provider"]) == (True, "fluvius")
    assert first["terms"]["services"] == ["VH_dag"]
    assert first["terms"]["expected_eans"] == 2
    assert read_qr_code(codes / "c-1001.png") == first["link"]
    assert (codes / "c-1001.svg").read_text().startswith("<svg")
    again = here.json(*asked)
    assert (again["link"], again["new"]) == (first["link"], False)
    assert "The same since" in here(*asked)
    [customer] = here.json("customers", "list")
    assert (customer["label"], customer["flow"]) == ("Noor", "B2C")
    other = here.json("invite", "c-1001", "--expect", "3")
    assert other["new"]
    assert other["link"] != first["link"]
    listed = here.json("invitations", "--withdrawn")
    assert [one["withdrawn_at"] is None for one in listed] == [False, True]
    assert "1 link of c-1001 will not work any more" in here("invite", "c-1001", "--withdraw")
    assert here.json("invitations") == []
    assert "Nobody is invited" in here("invitations")


def test_an_invitation_and_its_reference_go_by_the_same_clock(
    here: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWARTIER_CLOCK", "2026-10-20T12:00:00Z")
    assert here.json("invite", "c-1")["invited_at"] == "2026-10-20T12:00:00Z"
    [reference] = open_store(here.store).references()
    assert reference.created_at == datetime(2026, 10, 20, 12, tzinfo=UTC)


def test_a_file_of_customers_becomes_a_list_ready_for_a_mail_merge(here: Cli) -> None:
    config = here.folder / "kwartier.toml"
    config.write_text('[connect]\naddress = "https://www.energy.example/share"\n')
    file, out = here.folder / "customers.csv", here.folder / "letters"
    file.write_text(
        "customer_id;label;flow;enterprise_number;language;expect;service;sso\n"
        "c-1;=HYPERLINK(1);;;fr;2;;\n"
        "c/1;Bakkerij;B2B;0999.999.901;;;quarter;yes\n"
        "C-1;;;;;;day quarter;no\n"
    )
    asked = ("invite", "--csv", str(file), "--out", str(out), "--config", str(config))
    told = here.json(*asked, "--expect", "1")
    assert (told["customers"], told["new"]) == (3, 3)
    content = (out / "invitations.csv").read_bytes()
    assert (out / "invitations.csv").stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert list(rows[0])[-3:] == ["link", "qr_png", "qr_svg"]
    assert [row["label"] for row in rows] == ["'=HYPERLINK(1)", "Bakkerij", ""]
    assert [row["qr_png"] for row in rows] == ["qr/c-1.png", "qr/c_1.png", "qr/C-1-2.png"]
    for row in rows:
        assert row["link"].startswith("https://www.energy.example/share/")
        assert read_qr_code(out / row["qr_png"]) == row["link"]
        for name in (row["qr_png"], row["qr_svg"]):
            assert (out / name).stat().st_mode & 0o777 == 0o600, "a QR code is the link"
    assert (out / "qr").stat().st_mode & 0o777 == 0o700
    listed = {one["customer_id"]: one["terms"] for one in here.json("invitations")}
    assert (listed["c-1"]["expected_eans"], listed["c/1"]["expected_eans"]) == (2, 1)
    assert (listed["c/1"]["services"], listed["c/1"]["sso"]) == (["VH_kwartier_uur"], True)
    assert here.json(*asked, "--expect", "1")["new"] == 0
    assert (out / "invitations.csv").read_bytes() == content


def test_one_bad_line_and_nobody_is_invited(here: Cli) -> None:
    file, out = here.folder / "customers.csv", here.folder / "letters"
    file.write_text(
        "customer_id,language,service,expect,to,sso\n"
        "c-1,nl,day,1,,\nc-2,xx,,,,\nc-3,,week,,,\nc-4,,,many,,\n"
        "c-5,,,0,,\nc-6,,,,2020-01-01,\nc-7,,,,,perhaps\nc-1,,,,,\n"
    )
    said = here("invite", "--csv", str(file), "--out", str(out), code=2)
    for words in (
        "7 lines are wrong, so nothing is read",
        "line 3, language",
        "line 4, service: must be of day, quarter",
        "line 5, expect: must be a whole number",
        "line 6, expect: must be between 1 and 1000",
        "line 7, to: must lie in the future",
        "line 8, sso: must be yes or no",
        "line 9, customer_id: 'c-1' stands on line 2 already",
    ):
        assert words in said
    assert not out.exists()
    assert here.json("invitations") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "CUSTOMER: name one, or give --csv FILE"),
        (("c-1", "--csv", "x.csv"), "CUSTOMER: name one"),
        (("--csv", "x.csv"), "--out: goes with --csv"),
        (("c-1", "--expect", "3", "--max-eans", "2"), "--expect: must not be more than --max-eans"),
        (("c-1", "--from", "2099-01-01"), "--from: must not lie in the future"),
        (("c-1", "--provider", "eneco", "--sso"), "--sso: is of Fluvius alone"),
        (("c-1", "--flow", "B2X"), "--flow: must be B2C or B2B"),
    ],
)
def test_what_cannot_be_names_the_flag(here: Cli, arguments: tuple[str, ...], said: str) -> None:
    assert said in here("invite", *arguments, code=2)


def test_a_link_is_found_again_by_its_token(here: Cli) -> None:
    link = here.json("invite", "c-1")["link"]
    found = find_invitation(open_office(here.store), link.rpartition("/")[2])
    assert found is not None
    assert found.customer_id == "c-1"


def test_qr_codes_of_links_of_any_length_are_read_by_a_reader_of_another_make(
    tmp_path: Path,
) -> None:
    for length in (1, 30, 60, 120, 400):
        link = "https://energy.example/" + "aZ0-_" * (length // 5) + "x"
        path = tmp_path / f"{length}.png"
        path.write_bytes(QrCode(link).png())
        assert read_qr_code(path) == link
