"""A whole sync while replies are damaged on their way: what is kept, what is counted, what the
next sync mends.

Fetches that failed, or that a mandate seemed not to permit, are asked again by the next sync.
What was answered but could not be read, or came without a value, is not: the store shows it as a
gap, and it stays one until gaps are asked for again (a reason of its own, still to come).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kwartier.fluvius import (
    AuthenticationError,
    ServiceUnavailableError,
)
from kwartier.sync import ProviderDownError
from kwartier.vocabulary.fetch import Outcome
from support.damaged_sync import (
    DAYS,
    FETCHES,
    GAS,
    NOW,
    POINTS,
    QUARTERS,
    SAME,
    Damage,
    Difference,
    Home,
    changing,
    cut_json,
    cut_off,
    on_energy_of,
    slices,
)
from support.proxy import Passing


def test_undamaged_the_proxy_changes_nothing(home: Home) -> None:
    report = home.sync()
    assert report.outcomes == {Outcome.OK: sum(FETCHES.values())}
    assert home.difference() == SAME
    assert len(home.values(QUARTERS)) > 2_000


@pytest.mark.parametrize("cut", [cut_off, cut_json])
def test_a_body_cut_short_once_is_asked_for_again_at_once(home: Home, cut: Damage) -> None:
    report = home.sync(on_energy_of(QUARTERS, cut, times=1))
    assert (report.failed, report.undecoded) == (0, 0)
    assert home.proxy.energy_asked() == report.fetches + 1
    assert home.difference() == SAME


def answer(status: int, code: str = "") -> Damage:
    body = b'{"Type":"T","Code":"%s","Message":"EAN 541440100000000712"}' % code.encode()
    return lambda reply: reply.refuse(status, body)


def refused(status: int, body: bytes) -> Damage:
    return lambda reply: reply.refuse(status, body)


REFUSALS: dict[str, tuple[Damage, Outcome]] = {
    "cut off": (cut_off, Outcome.FAILED),
    "cut JSON": (cut_json, Outcome.FAILED),
    "500": (answer(500, "RequestContext.Missing"), Outcome.FAILED),
    "503": (answer(503, "DependentResource.Measurement.Unavailable"), Outcome.FAILED),
    "429": (answer(429), Outcome.FAILED),
    "400": (answer(400, "RequestModelValidation.Failed"), Outcome.FAILED),
    "302": (answer(302), Outcome.FAILED),
    "404": (answer(404, "Mandates.NotFound"), Outcome.NOT_FOUND),
    "403": (answer(403), Outcome.FORBIDDEN),
    "an error as 200": (answer(200), Outcome.FAILED),
    "no headpoint": (refused(200, b'{"data":{}}'), Outcome.FAILED),
    "another shape": (refused(200, b'{"data":{"headpoint":[]}}'), Outcome.FAILED),
    "HTML": (refused(200, b"<html>"), Outcome.FAILED),
    "nested": (refused(200, b'{"data":' + b"[" * 100_000), Outcome.FAILED),
    "another metering point": (
        changing(lambda content: content["data"]["headpoint"].update(ean=QUARTERS)),
        Outcome.FAILED,
    ),
}


def test_what_one_point_is_refused_costs_no_other_and_is_asked_again(home: Home) -> None:
    """One refusal after the other, a sync each; the last sync, undisturbed, mends it all."""
    for name, (damage, outcome) in REFUSALS.items():
        told_before = len(home.store.fetches())
        report = home.sync(on_energy_of(DAYS, damage))
        assert report.outcomes == {outcome: FETCHES[DAYS], Outcome.OK: 2}, name
        assert report.failed == FETCHES[DAYS], name
        assert report.last_error, name
        fetches = home.store.fetches().to_pylist()[told_before:]
        outcomes = [one["outcome"] for one in fetches if one["metering_point"] == DAYS]
        assert outcomes == [outcome] * FETCHES[DAYS], name
        assert all(DAYS not in (one["error"] or "") for one in fetches), name
        assert DAYS not in report.last_error, name
    assert home.values(DAYS) == []
    assert home.difference(QUARTERS, GAS) == SAME
    assert home.sync().failed == 0
    assert home.difference() == SAME


@pytest.mark.parametrize(
    "damage",
    [
        {"measurements": [{"offtake": {"total": {"value": "much"}}}]},
        {"measurements": 7},
        {"start": "2026-10-05"},
        {"start": None},
        {"end": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_damaged_slice_costs_no_other(home: Home, damage: dict[str, Any]) -> None:
    def break_one(content: Any) -> None:
        slices(content)[40].update(damage)

    report = home.sync(on_energy_of(QUARTERS, changing(break_one)))
    assert (report.failed, report.undecoded) == (0, 1)
    assert home.difference() == Difference(missing=2)
    again = home.sync()
    assert again.inserted == 0
    assert home.difference() == Difference(missing=2), "a gap until gaps are asked for again"


def test_a_damaged_slice_does_not_erase_what_was_there(home: Home) -> None:
    home.sync()
    home.emulator.world.clock.set(NOW + timedelta(days=2))

    def break_all(content: Any) -> None:
        for one in slices(content):
            one["measurements"] = 7

    report = home.sync(on_energy_of(QUARTERS, changing(break_all)))
    assert report.undecoded > 90
    assert report.removed == report.revised == 0
    assert home.difference(QUARTERS) == Difference(missing=report.undecoded * 2)


def test_windows_that_overlap_bring_nothing_twice(home: Home) -> None:
    home.sync()
    seen = 0
    for hours in (20, 20.5, 21, 21.5):
        home.emulator.world.clock.set(NOW + timedelta(hours=hours))
        report = home.sync()
        seen += report.unchanged
        assert (report.revised, report.removed) == (0, 0)
    assert home.difference() == SAME
    assert seen > 0, "each window begins before the one before it ended"


def test_a_damaged_mandate_costs_no_other_and_its_data_come_once_it_can_be_read(
    home: Home,
) -> None:
    def break_days(reply: Passing) -> None:
        if reply.path.endswith("/api/mandate"):
            reply.change(lambda content: content["data"]["mandates"][1].update(dataPeriodTo="soon"))

    report = home.sync(break_days)
    assert (report.undecoded, report.points, report.failed) == (1, 2, 0)
    assert home.values(DAYS) == []
    home.sync()
    assert home.difference() == SAME
    again = home.sync(break_days)
    assert (again.undecoded, again.removed) == (1, 0)
    assert home.difference() == SAME


def test_a_provider_that_is_down_ends_the_sync_and_the_next_one_completes_it(home: Home) -> None:
    def down(reply: Passing) -> None:
        if reply.is_energy and home.proxy.energy_asked() > 1:
            answer(503)(reply)

    with pytest.raises(ProviderDownError, match="run the sync again"):
        home.sync(down, concurrency=1, give_up_after=2)
    difference = home.difference()
    assert difference.surplus == 0
    assert any(home.values(ean) for ean in POINTS), "what was answered before is kept"
    home.sync()
    assert home.difference() == SAME


def test_a_provider_that_does_not_list_its_mandates_changes_nothing(home: Home) -> None:
    home.sync()
    with pytest.raises(ServiceUnavailableError):
        home.sync(answer(503))
    assert home.difference() == SAME


def test_refused_credentials_end_the_sync_and_keep_what_was_answered(home: Home) -> None:
    with pytest.raises(AuthenticationError):
        home.sync(on_energy_of(GAS, answer(401)), concurrency=1)
    assert home.difference(QUARTERS, DAYS) == SAME
    home.sync()
    assert home.difference() == SAME
