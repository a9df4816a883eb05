"""Eneco as the sync sees it: contracts as mandates, pages read backwards as one answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from kwartier.eneco import (
    AsyncEnecoClient,
    AuthenticationError,
    Contract,
    ContractList,
    DecodeError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    UsagesReply,
)
from kwartier.errors import KwartierError
from kwartier.measurements import Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.sync import EnecoSource
from kwartier.sync.clocks import ClockError
from kwartier.sync.contracts import list_of_contracts, to_mandate
from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

NOW = datetime(2026, 11, 20, 12, 20, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 19, 23, tzinfo=UTC)
ONE, HOUR = timedelta(days=1), timedelta(hours=1)
OWNER = "00000000-0000-4000-8000-000000000001"
US = "EU.EORI.NL000000001"


def contract(**members: str) -> Contract:
    stated = {
        "id": "contract-1",
        "service_provider": "EU.EORI.NL000000002",
        "service_consumer": US,
        "data_owner": OWNER.upper(),
        "start_date": "2026-03-29",
        "end_date": "2026-10-26",
        "resource_type": "usages",
        "resource": "heat",
        "resource_attribute": "*",
        "action": "GET",
    }
    return Contract(**(stated | members))


def page(start: datetime, hours: int, *channels: str) -> bytes:
    records = [
        {"timestamp": f"{start + number * HOUR:%Y-%m-%dT%H:%M:%SZ}", "amount": 1.5}
        for number in range(hours)
    ]
    told = {
        "startDate": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "endDate": f"{start + hours * HOUR:%Y-%m-%dT%H:%M:%SZ}",
        "usageChannels": [
            {"channelId": name, "unit": "CubicMeter", "usageRecords": records} for name in channels
        ],
    }
    return json.dumps(told).encode()


@dataclass
class Pages:
    """A client that answers with pages of 24 hours, back to ``first``."""

    first: datetime = NOW - 400 * ONE
    asked: list[datetime | None] = field(default_factory=list)
    stuck: bool = False

    async def fetch_usages(self, owner: str, end_date: datetime | None = None) -> UsagesReply:
        self.asked.append(end_date)
        end = end_date or datetime(2026, 11, 20, 8, tzinfo=UTC)
        if self.stuck and len(self.asked) > 1:
            end += ONE
        channels = ("Gas", "Tapwater") if end > self.first else ()
        body = page(end - ONE, 24, *channels)
        return UsagesReply(body, NOW + len(self.asked) * timedelta(seconds=1), owner)


def fetch(start: datetime, end: datetime = NOW) -> Fetch:
    window = Interval(start, end)
    return Fetch(
        provider="eneco",
        metering_point=OWNER,
        energy_type=HEAT,
        reason=Reason.BACKFILL,
        kind=WindowKind.READ_TIME,
        window=window,
        granularities=(Granularity.HOUR,),
        scopes=(Scope(Granularity.HOUR, window),),
        permitted=(Scope(Granularity.HOUR, window),),
        planned_at=NOW,
    )


def source(client: Any, **how: Any) -> EnecoSource:
    return EnecoSource(cast(AsyncEnecoClient, client), clock=lambda: NOW, **how)


def fetched(client: Any, wanted: Fetch) -> Fetched:
    of_ours = source(client)
    answer = asyncio.run(of_ours.request(wanted))
    return of_ours.decode(wanted, answer)


def test_a_contract_is_a_mandate_from_midnight_to_midnight_across_clock_changes() -> None:
    mandate = to_mandate(contract(), US)
    assert (mandate.contract_number, mandate.metering_point) == ("contract-1", OWNER)
    assert mandate.reference_number == OWNER
    assert (mandate.energy_type, mandate.granularities) == (HEAT, frozenset({Granularity.HOUR}))
    assert mandate.period_start == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert mandate.period_end == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert to_mandate(contract(start_date="2026-03-29T10:00:00Z"), US).period_start == datetime(
        2026, 3, 29, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("end", ["", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_a_contract_without_an_end_is_open(end: str) -> None:
    assert to_mandate(contract(end_date=end), US).period_end is None


@pytest.mark.parametrize(
    "other",
    [
        {"service_consumer": "EU.EORI.NL000000003"},
        {"resource_type": "metadata"},
        {"resource": "gas"},
        {"data_owner": "somebody"},
    ],
)
def test_a_contract_about_something_else_is_kept_and_opens_nothing(other: dict[str, str]) -> None:
    mandate = to_mandate(contract(**other), US)
    assert (mandate.status, mandate.granularities) == ("Approved", frozenset())


def test_a_list_is_whole_only_if_all_of_it_was_read() -> None:
    assert list_of_contracts(ContractList((contract(),), NOW), US).is_whole
    assert not list_of_contracts(ContractList((contract(),), NOW, is_complete=False), US).is_whole
    damage = (Undecoded(path="$.records[0] of page 1", why="id: missing"),)
    assert not list_of_contracts(ContractList((), NOW, damage), US).is_whole
    listing = list_of_contracts(ContractList((contract(start_date="soon"),), NOW), US)
    assert (listing.mandates, listing.is_whole) == ([], False)
    assert "start_date" in listing.undecoded[0].why


def test_one_fetch_reads_back_from_the_newest_page_until_it_holds_the_window() -> None:
    client = Pages()
    answered = fetched(client, fetch(MIDNIGHT - 2 * ONE))
    newest = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert client.asked == [None, newest - ONE, newest - 2 * ONE]
    assert answered.fetched_at == NOW + timedelta(seconds=1), "as the first page was answered"
    assert answered.table is not None
    starts = answered.table["start"].to_pylist()
    hours = int((newest - MIDNIGHT + 2 * ONE) / HOUR)
    assert sorted(set(starts)) == [MIDNIGHT - 2 * ONE + n * HOUR for n in range(hours)]
    assert len(starts) == 2 * hours, "each hour of both channels once, and none before"
    assert (answered.undecoded, answered.unsaid) == ((), ())


def test_a_window_of_the_past_is_asked_for_from_its_end() -> None:
    client = Pages()
    fetched(client, fetch(MIDNIGHT - 9 * ONE, MIDNIGHT - 7 * ONE))
    assert client.asked == [MIDNIGHT - 7 * ONE, MIDNIGHT - 8 * ONE]


def test_where_nothing_is_available_any_more_nothing_is_said_to_be_gone() -> None:
    client = Pages(first=MIDNIGHT - 8 * ONE)
    answered = fetched(client, fetch(MIDNIGHT - 20 * ONE, MIDNIGHT - 7 * ONE))
    assert len(client.asked) == 2
    assert answered.unsaid == (Interval(MIDNIGHT - 20 * ONE, MIDNIGHT - 8 * ONE),)
    assert (answered.outcome, answered.undecoded) == (Outcome.OK, ())
    before = fetched(Pages(first=NOW), fetch(MIDNIGHT - 20 * ONE, MIDNIGHT - 7 * ONE))
    assert before.unsaid == (before.fetch.window,)
    assert before.table is not None
    assert before.table.num_rows == 0


def test_pages_that_go_back_no_further_end_it_and_what_they_left_out_is_told() -> None:
    answered = fetched(Pages(stuck=True), fetch(MIDNIGHT - 20 * ONE, MIDNIGHT))
    [left] = answered.undecoded
    assert left.interval == Interval(MIDNIGHT - 20 * ONE, MIDNIGHT - ONE)
    assert answered.table is not None
    assert answered.table.num_rows == 2 * 24, "the page that came twice counts once"


def test_a_page_that_does_not_say_where_it_begins_costs_its_fetch() -> None:
    class Silent(Pages):
        async def fetch_usages(self, owner: str, end_date: datetime | None = None) -> UsagesReply:
            reply = await super().fetch_usages(owner, end_date)
            return UsagesReply(reply.body.replace(b"startDate", b"start"), NOW, owner)

    with pytest.raises(DecodeError, match="startDate"):
        fetched(Silent(), fetch(MIDNIGHT))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ForbiddenError("no contract", status=403), Outcome.FORBIDDEN),
        (NotFoundError("unknown", status=404), Outcome.NOT_FOUND),
        (RateLimitError("too many", status=429), Outcome.FAILED),
        (ServerError("down", status=500), Outcome.FAILED),
        (DecodeError("not a usages reply"), Outcome.FAILED),
    ],
)
def test_a_failure_is_a_fact_or_asked_again(error: KwartierError, outcome: Outcome) -> None:
    answered = source(Pages()).failure(fetch(MIDNIGHT), error, NOW)
    assert (answered.outcome, answered.error, answered.table) == (outcome, str(error), None)


def test_refused_credentials_and_a_wrong_clock_end_the_sync() -> None:
    refused = AuthenticationError("apiKey", status=401)
    with pytest.raises(AuthenticationError):
        source(Pages()).failure(fetch(MIDNIGHT), refused, NOW)
    late = source(Pages(), machine_clock=lambda: NOW - 3 * ONE)
    with pytest.raises(ClockError) as raised:
        asyncio.run(late.request(fetch(MIDNIGHT)))
    with pytest.raises(ClockError):
        late.failure(fetch(MIDNIGHT), raised.value, NOW)


def test_there_is_no_list_of_updates_and_data_owners_stand_for_contracts() -> None:
    of_ours = source(Pages(), data_owners=lambda: [(OWNER.upper(), MIDNIGHT)])
    assert asyncio.run(of_ours.updated_mandates(NOW)) is None
    listing = asyncio.run(of_ours.mandates())
    [mandate] = listing.mandates
    assert (listing.stated_at, listing.is_whole) == (NOW, True)
    assert (mandate.metering_point, mandate.period_start) == (OWNER, MIDNIGHT)
    assert mandate.is_approved
    of_one = asyncio.run(of_ours.mandates(reference_number=OWNER))
    assert of_one.speaks_of(mandate)
    assert not of_one.is_whole
