"""Series: their slices between two instants."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.series import Series

STEP = 900


@given(
    present=st.lists(st.booleans(), max_size=30),
    start=st.integers(-2 * STEP, 32 * STEP),
    length=st.integers(0, 34 * STEP),
)
@settings(max_examples=200, deadline=None)
def test_slices_between_two_instants_are_those_wholly_within(
    present: list[bool], start: int, length: int
) -> None:
    starts = np.flatnonzero(present) * STEP
    series = Series(
        starts=starts,
        ends=starts + STEP,
        stored=starts + 7,
        estimated=starts % 2 == 0,
        definitive=starts % 3 == 0,
        columns={"offtake": starts // STEP},
    )
    end = start + length
    found = series.between(start, end)
    within = [each for each in starts.tolist() if start <= each and each + STEP <= end]
    assert found.starts.tolist() == within
    assert found.ends.tolist() == [each + STEP for each in within]
    assert found.stored.tolist() == [each + 7 for each in within]
    assert found.estimated.tolist() == [each % 2 == 0 for each in within]
    assert found.definitive.tolist() == [each % 3 == 0 for each in within]
    assert found.columns["offtake"].tolist() == [each // STEP for each in within]
