"""Metering points that are alike are planned once: the plan is the same as if each were alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from kwartier.sync.focus import EVERYTHING, Focus
from kwartier.sync.planner import plan
from kwartier.sync.policy import FetchPolicy
from kwartier.vocabulary.energy import ELECTRICITY, GAS, HEAT
from kwartier.vocabulary.fetch import Asked, Fetch, Reason, Tried
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, union
from kwartier.vocabulary.mandate import EXPIRED, Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
QUARTER, HOUR, DAY = Granularity.QUARTER_HOUR, Granularity.HOUR, Granularity.DAY
OPENED = (
    (FLUVIUS, ELECTRICITY, (QUARTER, DAY)),
    (FLUVIUS, GAS, (HOUR, DAY)),
    (ENECO, HEAT, (HOUR,)),
)

moments = st.integers(0, 5).map(lambda number: NOW - number * timedelta(days=37, hours=5))
stretches = (
    st.tuples(moments, moments)
    .filter(lambda two: two[0] != two[1])
    .map(lambda two: Interval(min(two), max(two)))
)
several = st.lists(stretches, max_size=2).map(lambda parts: tuple(union(parts)))


@st.composite
def tried(draw: st.DrawFn) -> Tried:
    again = st.sampled_from([Reason.GAP, Reason.ESTIMATED, Reason.PROVISIONAL])
    return Tried(draw(again), draw(stretches), draw(st.integers(0, 2)), draw(moments))


Kind = tuple[list[Mandate], list[Asked]]


@st.composite
def kinds(draw: st.DrawFn) -> list[Kind]:
    """What may be permitted of a metering point without a name, and what the store may say of it:
    some of the same, or more or less.
    """
    provider, energy_type, opened = draw(st.sampled_from(OPENED))
    granularities = draw(st.sets(st.sampled_from(opened), min_size=1))
    mandates = [
        Mandate(
            provider=provider,
            contract_number="1",
            reference_number="KW-1",
            status=draw(st.sampled_from(["Approved", "Approved", "Finished"])),
            data_service_type="VH_kwartier_uur",
            metering_point="",
            energy_type=energy_type,
            granularities=frozenset(granularities),
            period_start=draw(moments),
            period_end=draw(st.none() | moments),
            renewal_status=draw(st.sampled_from([None, None, EXPIRED])),
            expires_at=draw(moments),
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    told = [
        Asked(
            metering_point="",
            granularity=granularity,
            settled=draw(several),
            inserted=draw(several),
            first_read_at=draw(st.none() | moments),
            complete=draw(several),
            estimated=draw(several),
            provisional=draw(several),
            exchanged=draw(several),
            tried=tuple(draw(st.lists(tried(), max_size=1))),
        )
        for granularity in sorted(granularities)
        for _ in range(2)
    ]
    return [(mandates, told[::2]), (mandates, told[1::2]), (mandates, told[3:])]


def named(point: str, kind: Kind) -> Kind:
    """The metering point of this name, in objects of its own."""
    mandates, asked = kind
    return (
        [replace(one, metering_point=point, reference_number=f"KW-{point}") for one in mandates],
        [structs.replace(one, metering_point=point) for one in asked],
    )


def planned(mandates: list[Mandate], asked: list[Asked], focus: Focus) -> list[Fetch]:
    return list(plan(mandates, asked, NOW, FetchPolicy(), focus=focus))


focuses = st.sampled_from(
    [
        EVERYTHING,
        Focus(force=True),
        Focus(start=NOW - timedelta(days=90), end=NOW - timedelta(days=20)),
    ]
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(kinds(), min_size=1, max_size=2).flatmap(
        lambda some: st.lists(
            st.sampled_from(list(chain.from_iterable(some))), min_size=2, max_size=6
        )
    ),
    focuses,
    st.randoms(use_true_random=False),
)
def test_the_plan_of_many_is_the_plans_of_each_alone(
    drawn: list[Kind], focus: Focus, chance: object
) -> None:
    points = {f"54144011000000000{n}": kind for n, kind in enumerate(drawn)}
    alone = [planned(*named(point, kind), focus) for point, kind in points.items()]
    mandates = [one for point, kind in points.items() for one in named(point, kind)[0]]
    asked = [one for point, kind in points.items() for one in named(point, kind)[1]]
    chance.shuffle(asked)  # type: ignore[attr-defined]
    assert planned(mandates, asked, focus) == [fetch for some in alone for fetch in some]
