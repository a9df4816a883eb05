"""Why there is no data, told by whole stories: real commands, an emulated Fluvius that fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.cli import Cli
from support.emulators import FROZEN_AT
from support.provider_office import ProviderOffice

SINCE = datetime(2026, 11, 15, 23, tzinfo=UTC)
"""Midnight in Brussels: four days before the last that is due when a story begins."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EANS = tuple(f"54144011000000{number:04}" for number in range(240, 248))


@pytest.fixture(scope="module")
def emulated(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator whose clock, faults and certificates are this module's own."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def office(
    tmp_path: Path,
    emulated: EmulatorThread,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> ProviderOffice:
    """An empty store at the usual instant, before a Fluvius that nothing ails."""
    for name, value in emulated.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "400")
    made = ProviderOffice(Cli(tmp_path, emulated.env, capsys), emulated, monkeypatch)
    made.at(FROZEN_AT)
    made.fault("")
    return made


def test_a_short_url_lapses_and_the_link_makes_another(office: ProviderOffice) -> None:
    link = office.cli.json("invite", "c-1")["link"]
    assert office.website.post(link).status_code == 303
    assert office.causes("c-1") == ["link_lives"]
    office.at(FROZEN_AT + 25 * HOUR)
    [expired] = office.why_everywhere("c-1")
    assert (expired["cause"], expired["who"]) == ("link_expired", "customer")
    assert expired["since"] == "2026-11-20T12:00:00Z"
    assert "Send the invitation again" in expired["next_step"]
    assert office.website.post(link).status_code == 303
    assert office.causes("c-1") == ["link_lives"]


def test_an_outage_explains_an_expired_link_only_if_it_hid_the_request(
    office: ProviderOffice,
) -> None:
    for customer in ("c-before", "c-during"):
        link = office.cli.json("invite", customer)["link"]
        assert office.website.post(link).status_code == 303
        office.at(FROZEN_AT + 3 * DAY)
    office.fault("token:503")
    office.sync(1)
    office.at(FROZEN_AT + 5 * DAY)
    assert office.causes("c-before") == ["link_expired"]
    assert office.causes("c-during") == ["outage", "link_expired"]
    assert office.counts() == {"outage": (1, 1), "link_expired": (2, 1)}
    assert "Fluvius has not answered" in office.cli("why")
    [hidden] = office.cli.json("why", "--cause", "outage")["customers"]
    assert hidden["customer_id"] == "c-during"
    assert [one["customer_id"] for one in office.ask("/customers?cause=outage")["items"]] == [
        "c-during"
    ]
    assert "leave out the customer's id" in office.cli("why", "c-1", "--cause", "outage", code=2)


def test_days_of_outage_then_too_many_requests_then_all_is_there(office: ProviderOffice) -> None:
    office.cli("customers", "add", "c-1")
    office.share("c-1", EANS[0], since=SINCE)
    office.sync()
    for days, spec, code in ((1, "energy:503", 3), (3, "mandate:500", 1)):
        office.at(FROZEN_AT + days * DAY)
        office.fault(spec)
        office.sync(code)
    outage, failed = office.why_everywhere("c-1")
    assert (outage["cause"], outage["who"]) == ("outage", "fluvius")
    assert outage["since"] == "2026-11-21T12:00:00Z", "when the first of them failed"
    assert "since 2026-11-21 13:00" in outage["says"]
    assert failed["cause"] == "requests_failed", "and not late, which nobody knows"
    office.fault("energy:429(retry-after=1)")
    office.at(FROZEN_AT + 4 * DAY)
    office.sync(3)
    limit, failed = office.why_everywhere("c-1")
    assert (limit["cause"], limit["who"]) == ("rate_limit", "us")
    assert limit["since"] == "2026-11-24T12:00:00Z", "what failed before had another cause"
    office.fault("")
    office.sync()
    assert office.causes("c-1") == ["complete"]


def test_a_certificate_that_is_not_accepted_and_what_it_hides(office: ProviderOffice) -> None:
    office.go_live()
    office.register_certificate()
    office.cli("customers", "add", "c-1")
    office.share("c-1", EANS[1], since=SINCE, status="Requested")
    office.sync()
    office.forget_certificate()
    office.at(FROZEN_AT + DAY)
    office.sync(1)
    office.share("c-1", EANS[1], since=SINCE)
    refused, waiting = office.why_everywhere("c-1")
    assert (refused["cause"], refused["who"]) == ("credentials", "us")
    assert "`kwartier doctor`" in refused["next_step"]
    assert waiting["cause"] == "waiting", "as far as we were told"
    office.register_certificate()
    office.sync()
    assert office.causes("c-1") == ["complete"]


def test_what_a_person_can_act_on_comes_before_what_to_wait_for(office: ProviderOffice) -> None:
    office.cli("customers", "add", "c-1")
    for ean in EANS[2:4]:
        office.share("c-1", ean, since=SINCE)
    office.sync()
    office.share("c-1", EANS[2], since=SINCE, status="Finished")
    office.fault("energy:503")
    office.at(FROZEN_AT + DAY)
    office.sync(3)
    hold, *others = office.why_everywhere("c-1")
    assert (hold["cause"], hold["metering_point"]) == ("on_hold", EANS[2])
    assert "by `kwartier holds`" in hold["next_step"]
    assert [one["cause"] for one in others][:3] == ["ended", "outage", "requests_failed"]
    [decision] = office.cli.json("holds")
    office.cli("holds", "keep", str(decision["id"]), "--why", "for the yearly bill")
    assert office.causes("c-1")[0] == "ended"


def test_erased_on_request_until_the_customer_wants_it_again(office: ProviderOffice) -> None:
    office.cli("customers", "add", "c-1")
    office.share("c-1", EANS[4], since=SINCE)
    office.sync()
    office.cli("erase", "--customer", "c-1", "--why", "asked by letter", "--yes")
    office.at(FROZEN_AT + 2 * DAY)
    [erased] = office.why_everywhere("c-1")
    assert (erased["cause"], erased["who"]) == ("suppressed", "nobody")
    assert "On 2026-11-20 the data was erased" in erased["says"]
    office.cli("invite", "c-1")
    assert office.causes("c-1") == ["not_opened", "suppressed"]
    office.cli("erase", "--customer", "c-1", "--lift", "--why", "wants it again")
    office.sync()
    assert office.causes("c-1") == ["complete"]
