"""Why there is no data, by what really happened: the commands against a running emulator."""

from __future__ import annotations

import json
from typing import Any

from support.cli import Cli
from support.esco import send

SHARED, WAITING, REFUSED, MOVED = (f"54144011000000{number:04}" for number in range(234, 238))
OFF, LATER = "541440110000000901", "541440110000000902"
"""Meters whose quarter-hours are not registered, the second of them until somebody asks for it."""


def control(cli: Cli, method: str, path: str, **members: Any) -> None:
    """Do something to the emulated world."""
    place = cli.env["FLUVIUS_PORTAL_URL"].split("/", 3)
    body = json.dumps(members).encode()
    answer = send(f"{place[0]}//{place[2]}/_emulator/{path}", method, content=body)
    assert answer.status == 200, answer.content


def causes(cli: Cli, customer: str) -> list[str]:
    return [one["cause"] for one in cli.json("why", customer)["findings"]]


def test_each_customer_is_told_what_became_of_its_consent_and_data(cli: Cli) -> None:
    control(
        cli, "POST", "events", kind="quarter-hours-on", ean=LATER, effective="2026-11-10T11:00Z"
    )
    for customer, ean, status in (
        ("c-shared", SHARED, "approved"),
        ("c-waiting", WAITING, "requested"),
        ("c-refused", REFUSED, "rejected"),
        ("c-off", OFF, "approved"),
        ("c-later", LATER, "approved"),
        ("c-moved", MOVED, "approved"),
    ):
        cli("customers", "add", customer, "--label", customer.upper())
        cli("mock-mandate", customer, ean, "--from", "2026-11-01", "--status", status)
    cli("customers", "add", "c-never")
    cli("mandates")
    assert set(causes(cli, "c-shared")) == {"not_asked"}
    cli("sync")
    control(cli, "POST", "events", kind="move", ean=MOVED, effective="2026-11-15T23:00:00Z")
    cli("mandates")
    assert causes(cli, "c-shared") == ["complete"]
    assert causes(cli, "c-waiting") == ["waiting"]
    assert causes(cli, "c-refused") == ["refused"]
    assert "moved_out" in causes(cli, "c-moved")
    assert causes(cli, "c-never") == ["not_invited"]
    assert "registration_off" in causes(cli, "c-off")
    assert "before_installation" in causes(cli, "c-later")
    told = cli("why", "c-waiting")
    assert "C-WAITING: waiting for the grid user since 2026-11-20" in told
    assert "30 days left" in told
    assert "Next (the grid user): Ask the customer" in told
    stages = cli.json("funnel")["stages"]
    assert {stage: count for stage, count in stages.items() if count} == {
        "not_invited": 1,
        "waiting": 1,
        "complete": 1,
        "first_data": 2,
        "ended": 2,
    }
    assert "C-SHARED" in cli("funnel", "--stage", "complete")
    assert "Nobody is stuck." in cli("funnel")
    assert "no customer 'c-nobody'" in cli("why", "c-nobody", code=2)
