"""Answers as they may come, for the laws that a store obeys after any sequence of them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from kwartier.measurements import Fetched
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from support.measured import EAN, GAS_EAN, NOW, QUARTER, Row, answer
from support.stores import HOUR

INSTANTS = [
    datetime(2026, 10, 30, 18, tzinfo=UTC),
    datetime(2026, 10, 31, 6, tzinfo=UTC),
    datetime(2026, 10, 31, 22, 45, tzinfo=UTC),  # the last quarter before Brussels' midnight
    datetime(2026, 11, 1, 4, tzinfo=UTC),  # the last hour of the gas day
    datetime(2026, 11, 1, 18, tzinfo=UTC),
    datetime(2026, 12, 24, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2027, 3, 28, tzinfo=UTC),
    datetime(2027, 3, 28, 6, tzinfo=UTC),
]
SLOTS = len(INSTANTS) - 1


def slot(number: int) -> datetime:
    """Instants around the ends of days and months, some months apart."""
    return INSTANTS[number]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    first = draw(st.integers(0, SLOTS - 1))
    last = draw(st.integers(first + 1, SLOTS))
    return Interval(slot(first), slot(last))


@st.composite
def answers(draw: st.DrawFn) -> Fetched:
    is_gas = draw(st.booleans())
    point, energy = (GAS_EAN, "gas") if is_gas else (EAN, "electricity")
    length = HOUR if is_gas else QUARTER
    granularity = Granularity.HOUR if is_gas else Granularity.QUARTER_HOUR
    keys = draw(
        st.lists(st.tuples(st.integers(0, SLOTS - 1), st.sampled_from(["m1", None])), max_size=6)
    )
    rows = [
        Row(
            start=slot(number),
            end=slot(number) + length,
            value=draw(st.sampled_from([1.0, 2.0, None])),
            validation_state=draw(st.sampled_from(["READ", "EST", None])),
            gas_conversion_factor=draw(st.sampled_from(["P", "D"])) if is_gas else None,
            meter_id=meter,
            metering_point=point,
            energy_type=energy,
            granularity=str(granularity),
        )
        for number, meter in keys
    ]
    undecoded = draw(st.lists(st.none() | intervals(), max_size=1))
    return answer(
        rows,
        scope=draw(intervals()),
        fetched_at=NOW + draw(st.integers(0, 4)) * HOUR,
        kind=draw(st.sampled_from(WindowKind)),
        metering_point=point,
        energy_type=energy,
        granularities=draw(st.sampled_from([(granularity,), (granularity, Granularity.DAY)])),
        undecoded=tuple(Undecoded(path="$", why="broken", interval=one) for one in undecoded),
        outcome=draw(st.sampled_from([Outcome.OK] * 5 + [Outcome.FAILED])),
    )


sequences = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes of commits
)
