"""``GET /api/mandate/energy``: its parameters and the bounds of its window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import DECK, CannotTry, documented, reading
from kwartier.verify.lab import Lab, iso
from kwartier.verify.own import Block

_NO: Final = seen.refused(400)
_QUARTERS: Final = "quarterHourlyEnergy"
_BLOCK: Final = Block.SOLAR_QUARTER


def _query(lab: Lab, **changes: str | None) -> Reply:
    """A question for two days of the shared point, with ``changes``; None leaves out."""
    point = lab.shared(_BLOCK)
    query = {
        "ean": point.ean,
        "periodType": "readTime",
        "from": iso(lab.midnight(42)),
        "to": iso(lab.midnight(40)),
        "referenceNumber": point.reference,
        **changes,
    }
    given = {name: value for name, value in query.items() if value is not None}
    return lab.line.get("/api/mandate/energy", given)


def _outcome(**changes: str | None) -> Callable[[Lab], str]:
    return lambda lab: seen.outcome(_query(lab, **changes))


def _arrays(**changes: str | None) -> Callable[[Lab], str]:
    return lambda lab: seen.arrays(_query(lab, **changes))


def _old_name(lab: Lab) -> str:
    return seen.outcome(_query(lab, ean=None, eanNumber=lab.shared(_BLOCK).ean))


def _eighteen(lab: Lab) -> str:
    rules = seen.problem(_query(lab, ean="123")).get("validationerrormessages")
    told = " ".join(map(str, rules)) if isinstance(rules, list) else ""
    return "a rule that speaks of 18 digits" if "18" in told else "no rule that speaks of 18 digits"


def _span(length: timedelta) -> Callable[[Lab], str]:
    """What becomes of a window of ``length`` that begins 300 days ago."""

    def probe(lab: Lab) -> str:
        start = lab.midnight(300)
        ends = {"from": iso(start), "to": iso(start + length)}
        return seen.outcome(_query(lab, granularity="daily", **ends))

    return probe


def _from(start: Callable[[Lab], datetime]) -> Callable[[Lab], str]:
    """What becomes of two days that begin at ``start``, under a mandate old enough for them."""

    def probe(lab: Lab) -> str:
        point = lab.point(Block.DAY, "VH_dag", dataPeriodFrom=iso(lab.midnight(5 * 365)))
        begin = start(lab)
        return seen.outcome(lab.energy(point, begin, begin + timedelta(days=2)))

    return probe


def _three_years_ago(lab: Lab) -> datetime:
    """UTC's midnight of this date three years ago, which lies hours over three years back."""
    today = lab.now.date()
    is_leap_day = (today.month, today.day) == (2, 29)
    day = date(today.year - 3, today.month, 28 if is_leap_day else today.day)
    return datetime.combine(day, time(), UTC)


def _ends(lab: Lab, begin: timedelta, end: timedelta) -> str:
    return seen.outcome(
        _query(lab, **{"from": iso(lab.midnight(40) + begin), "to": iso(lab.midnight(40) + end)})
    )


def _quarter(lab: Lab) -> tuple[datetime, datetime]:
    """Some quarter-hour of the shared point that has come in."""
    found = seen.slices(_query(lab), _QUARTERS)
    if len(found) < 3:
        raise CannotTry("the sandbox has no quarter-hours 40 days ago")
    return seen.bounds(found[len(found) // 2])


def _cut(lab: Lab, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    ends = {"from": iso(start), "to": iso(end)}
    reply = _query(lab, granularity="hourly_quarterhourly", **ends)
    return [seen.bounds(one) for one in seen.slices(reply, _QUARTERS)]


def _is_in(quarter: object, found: list[tuple[datetime, datetime]]) -> str:
    return "in" if quarter in found else "not in"


def _to_bound(lab: Lab) -> str:
    start, end = quarter = _quarter(lab)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    whole, short = _cut(lab, start - hour, end), _cut(lab, start - hour, end - second)
    past = " and one past it" if any(last > end for _, last in whole) else ""
    return f"{_is_in(quarter, whole)}{past}; a second earlier {_is_in(quarter, short)}"


def _from_bound(lab: Lab) -> str:
    start, end = quarter = _quarter(lab)
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    whole, short = _cut(lab, start, end + hour), _cut(lab, start + second, end + hour)
    past = " and one before it" if any(first < start for first, _ in whole) else ""
    return f"{_is_in(quarter, whole)}{past}; a second later {_is_in(quarter, short)}"


def _stored(lab: Lab) -> str:
    """What was stored within the last week begins, in part, before it."""
    week = lab.midnight(7)
    ends = {"from": iso(week), "to": iso(lab.now)}
    reply = _query(lab, periodType="insertTime", granularity="daily", **ends)
    starts = [seen.bounds(one)[0] for one in seen.slices(reply, "dailyEnergy")]
    return "slices, some begun before it" if any(at < week for at in starts) else "none from before"


def _separators(lab: Lab) -> str:
    taken = [
        sign
        for sign in ",;|"
        if seen.arrays(_query(lab, granularity=f"daily{sign}hourly_quarterhourly"))
        == f"dailyEnergy, {_QUARTERS}"
    ]
    return " ".join(taken) or seen.NOTHING


def _gas_reactive(lab: Lab) -> str:
    point = lab.shared(Block.GAS_HOUR)
    start, end = (lab.midnight(days, "gas") for days in (42, 40))
    return seen.arrays(
        lab.energy(point, start, end, granularity="daily", complexEnergyTypes="reactive")
    )


_DAYS = timedelta(days=1)

CASES: Final = (
    documented("energy-without-ean", "energy needs an ean", _NO, _outcome(ean=None)),
    documented("energy-short-ean", "an ean of three digits is refused", _NO, _outcome(ean="123")),
    documented(
        "energy-short-ean-rule",
        "the refusal of an ean of three digits says why",
        "a rule that speaks of 18 digits",
        _eighteen,
    ),
    documented(
        "query-error-kind",
        "type and code of the refusal of a query that breaks a rule",
        "AppValidationException, RequestModelValidation.Failed",
        lambda lab: seen.problem_kind(_query(lab, ean="123")),
    ),
    reading("energy-v2-ean-name", "eanNumber is no substitute for ean", _NO, _old_name),
    documented(
        "energy-without-period-type", "energy needs a periodType", _NO, _outcome(periodType=None)
    ),
    documented(
        "energy-period-type-casing",
        "periodType is read in its own casing only: ReadTime is no readTime",
        _NO,
        _outcome(periodType="ReadTime"),
    ),
    reading("energy-without-from", "energy needs a from", _NO, _outcome(**{"from": None})),
    reading("energy-without-to", "energy needs a to", _NO, _outcome(to=None)),
    documented(
        "energy-to-is-from",
        "a window may not end where it begins",
        _NO,
        lambda lab: _ends(lab, timedelta(), timedelta()),
        source=DECK,
    ),
    documented(
        "energy-to-before-from",
        "a window may not end before it begins",
        _NO,
        lambda lab: _ends(lab, timedelta(), -_DAYS),
        source=DECK,
    ),
    documented(
        "window-185-days",
        "a window may be 185 days long",
        seen.ACCEPTED,
        _span(185 * _DAYS),
        source=DECK,
    ),
    reading(
        "window-185-days-plus-one-hour",
        "a window may be 185 days and an hour long, for the clock change in autumn",
        seen.ACCEPTED,
        _span(185 * _DAYS + timedelta(hours=1)),
    ),
    reading(
        "window-185-days-plus-two-hours",
        "a window may not be 185 days and two hours long",
        _NO,
        _span(185 * _DAYS + timedelta(hours=2)),
    ),
    documented(
        "window-186-days", "a window may not be 186 days long", _NO, _span(186 * _DAYS), source=DECK
    ),
    documented(
        "energy-four-years-ago",
        "a window may not begin four years ago",
        _NO,
        _from(lambda lab: lab.midnight(4 * 365)),
        source=DECK,
    ),
    reading(
        "three-years-by-calendar-date",
        "three years back goes by the date: UTC's midnight of that date is early enough",
        seen.ACCEPTED,
        _from(_three_years_ago),
    ),
    reading(
        "three-years-and-a-day",
        "UTC's midnight of the date before that is too early",
        _NO,
        _from(lambda lab: _three_years_ago(lab) - _DAYS),
    ),
    reading(
        "energy-to-in-the-future",
        "a window may reach into the future",
        seen.ACCEPTED,
        lambda lab: _ends(lab, timedelta(), 60 * _DAYS),
    ),
    documented(
        "to-is-the-end-of-the-last-slice",
        "a slice is in when it ends at to, and not when it ends later",
        "in; a second earlier not in",
        _to_bound,
        source=DECK,
    ),
    documented(
        "from-is-the-start-of-the-first-slice",
        "a slice is in when it begins at from, and not when it began earlier",
        "in; a second later not in",
        _from_bound,
        source=DECK,
    ),
    documented(
        "insert-time",
        "insertTime over a week brings what was measured earlier, and stored within it",
        "slices, some begun before it",
        _stored,
        source=DECK,
    ),
    documented(
        "granularity-daily",
        "granularity=daily brings these arrays",
        "dailyEnergy",
        _arrays(granularity="daily"),
    ),
    documented(
        "granularity-quarter-hours",
        "granularity=hourly_quarterhourly brings these arrays",
        _QUARTERS,
        _arrays(granularity="hourly_quarterhourly"),
    ),
    documented(
        "granularity-unknown",
        "a granularity that is none is refused",
        _NO,
        _outcome(granularity="weekly"),
    ),
    documented(
        "granularity-separators", "what may stand between two granularities", ", ; |", _separators
    ),
    documented(
        "complex-energy-types-active",
        "complexEnergyTypes=active brings these arrays of a digital meter",
        f"dailyEnergy, {_QUARTERS}",
        _arrays(complexEnergyTypes="active"),
    ),
    documented(
        "complex-energy-types-unknown",
        "a complexEnergyTypes that is none is refused",
        _NO,
        _outcome(complexEnergyTypes="passive"),
    ),
    documented(
        "complex-energy-types-of-gas",
        "complexEnergyTypes is ignored for gas",
        "dailyEnergy",
        _gas_reactive,
    ),
)
