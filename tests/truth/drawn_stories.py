"""Short stories for Hypothesis: a few metering points, some weeks, one of everything."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.local_time import day_of
from truth.eneco_lives import anew, late
from truth.story import (
    CAPPING,
    DAY,
    OWNERS,
    Consent,
    Deed,
    Finish,
    Grant,
    Happen,
    Story,
    Withdraw,
)

EANS: Final = (
    "541440110000000111",
    "541440010000000722",
    "541441010000000333",
    "541440212000000003",
    "541451010000000802",
)
STARTS: Final = (
    datetime(2026, 3, 26, 10, tzinfo=UTC),
    datetime(2026, 10, 22, 10, tzinfo=UTC),
    datetime(2027, 12, 28, 10, tzinfo=UTC),
)
"""Each shortly before the clock changes, or the year does."""
STEPS: Final = tuple(timedelta(hours=hours) for hours in (1, 17, 24, 24, 31, 24 * 3))
SERVICES: Final = (("VH_dag",), ("VH_kwartier_uur",), ("VH_dag", "VH_kwartier_uur"))
KINDS: Final = (
    "nothing",
    "late-data",
    "re-estimation",
    "supplier-switch",
    "meter-exchange",
    "capped",
    "finished",
    "renewed",
)

SHARING: Final = OWNERS[1]
KINDS_OF_OWNER: Final = (
    "late-data",
    "re-estimation",
    "withdrawn",
    "granted again",
    "expired",
    "replaced",
    "ended early",
)


@st.composite
def stories(draw: st.DrawFn, *, with_eneco: bool) -> Story:
    """Two metering points; or one, and two data owners of Eneco's, one of which shares throughout.
    The last moment lies weeks after the others, on a fifteenth: by then all that the provider had
    to say of the rest is said.
    """
    start = draw(st.sampled_from(STARTS))
    steps = draw(st.lists(st.sampled_from(STEPS), min_size=4, max_size=6))
    moments = [start]
    for step in steps:
        moments.append(moments[-1] + step)
    later = (moments[-1] + 40 * DAY).replace(day=15)
    deeds: defaultdict[int, list[Deed]] = defaultdict(list)
    if with_eneco:
        deeds[0].append(Consent(owner=SHARING.id, start=_since(draw, start)))
        changing = draw(st.sampled_from([each for each in OWNERS if each != SHARING]))
        for number, deed in _life_of_owner(draw, changing.id, moments):
            deeds[number].append(deed)
    count = 1 if with_eneco else 2
    for ean in draw(st.lists(st.sampled_from(EANS), min_size=count, max_size=count, unique=True)):
        for number, deed in _life(draw, ean, moments):
            deeds[number].append(deed)
    times = [*moments, later, later + DAY]
    checks = {len(moments) + 1}
    if draw(st.booleans()):
        deeds[len(times)].append(Happen(kind="contract-ended"))
        checks.add(len(times))
        times.append(later + 2 * DAY)
    return Story(moments=tuple(times), deeds=dict(deeds), checks=frozenset(checks))


def _life(draw: st.DrawFn, ean: str, moments: list[datetime]) -> list[tuple[int, Deed]]:
    first = draw(st.sampled_from((0, 0, 1)))
    since = moments[first] - draw(st.sampled_from((0, 2, 9, 30))) * DAY
    since = since.replace(hour=draw(st.sampled_from((0, 5, 13, 23))))
    services = draw(st.sampled_from(SERVICES))
    kind = draw(st.sampled_from(KINDS))
    number = draw(st.integers(first + 1, len(moments) - 1))
    at = moments[number]
    back = draw(st.sampled_from((0, 1, 4))) * DAY

    def grants(
        reference: str, start: datetime, expires: datetime | None = None
    ) -> list[tuple[int, Grant]]:
        return [
            (
                first if reference == "A" else number,
                Grant(
                    ean=ean,
                    service=service,
                    reference=f"TRUTH-{ean[-3:]}-{reference}",
                    since=start,
                    expires=expires,
                ),
            )
            for service in services
        ]

    began = grants("A", since, at + 7 * DAY if kind == "renewed" else None)
    told: list[tuple[int, Deed]] = [*began]
    if kind == "late-data":
        late = Happen(
            kind=kind,
            ean=ean,
            effective=at - 2 * DAY,
            until=at + DAY,
            days=draw(st.integers(1, 20)),
        )
        told.append((number, late))
    elif kind == "re-estimation":
        start, end = at - back - DAY, at - back
        told.append((number, Happen(kind=kind, ean=ean, effective=start, until=end)))
    elif kind in ("supplier-switch", "meter-exchange"):
        told.append((number, Happen(kind=kind, ean=ean, effective=at - back)))
    elif kind == "capped":
        cap = max(at - back, since + timedelta(hours=1)).replace(minute=37)
        told.append((number, Happen(kind=draw(st.sampled_from(CAPPING)), ean=ean, effective=cap)))
        if draw(st.booleans()):
            told += grants("B", cap)
    elif kind == "finished":
        told += [(number, Finish(grant=grant)) for _, grant in began]
    elif kind == "renewed":
        again = [grant for _, grant in grants("A", since)]
        told += [(number, grant) for grant in again]
    return told


def _since(draw: st.DrawFn, now: datetime) -> date:
    return day_of(now, HEAT) - draw(st.sampled_from((0, 2, 9, 30))) * DAY


def _life_of_owner(draw: st.DrawFn, owner: str, moments: list[datetime]) -> list[tuple[int, Deed]]:
    """What becomes of a data owner of Eneco's."""
    start, kind = _since(draw, moments[0]), draw(st.sampled_from(KINDS_OF_OWNER))
    number = draw(st.integers(1, len(moments) - 1))
    at, back = moments[number], draw(st.sampled_from((0, 1, 4))) * DAY
    first, today = Consent(owner=owner, start=start), day_of(at, HEAT)
    anew_from = draw(st.sampled_from((start, today)))
    again = (number, Consent(owner=owner, start=anew_from))
    match kind:
        case "late-data":
            changes: list[tuple[int, Deed]] = [(number, late(owner, at - 2 * DAY, at + DAY, 2))]
        case "re-estimation":
            changes = [(number, anew(owner, at - back - DAY))]
        case "withdrawn":
            changes = [(number, Withdraw(owner=owner))]
        case "granted again":
            changes = [(number - 1, Withdraw(owner=owner)), again] if number > 1 else [again]
        case "expired":
            first, changes = replace(first, end=max(today, start + DAY)), []
        case "ended early":
            leaves = Happen(kind="move", owner=owner, effective=at + 2 * DAY - 2 * back)
            changes = [(number, leaves)]
        case _:
            changes = [again]
    return [(0, first), *changes]
