"""Random numbers that are computed, not drawn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.metering.noise import Draws, Stream, key_of, spell, uniform, whole

KEY = key_of(1, "541440010000000001")


def bits(key: int, stream: Stream, count: int) -> npt.NDArray[np.uint64]:
    return Draws(key, (stream,), np.arange(count)).bits(stream)


def test_no_number_comes_twice() -> None:
    numbers = bits(KEY, Stream.TRAIT, 10_000)
    assert len(np.unique(numbers)) == 10_000


@given(first=st.integers(-(10**6), 10**8), count=st.integers(1, 50), cut=st.integers(0, 49))
@settings(max_examples=30, deadline=None)
def test_any_window_has_the_same_numbers(first: int, count: int, cut: int) -> None:
    index = np.arange(first, first + count)
    part = index[min(cut, count - 1) :]
    together = uniform(KEY, Stream.LOAD_FAST, index)
    assert uniform(KEY, Stream.LOAD_FAST, part).tolist() == together[-len(part) :].tolist()


def test_numbers_do_not_change_from_release_to_release() -> None:
    assert bits(KEY, Stream.TRAIT, 2).tolist() == [11647471521857109009, 10717735595964191336]


def test_streams_keys_and_worlds_differ() -> None:
    series = [
        bits(key, stream, 100).tolist()
        for key in (KEY, key_of(2, "541440010000000001"), key_of(1, "541440010000000002"))
        for stream in (Stream.LATE, Stream.GAP)
    ]
    assert len({tuple(each) for each in series}) == len(series)


def test_numbers_are_spread_evenly() -> None:
    numbers = uniform(KEY, Stream.HEATING, np.arange(100_000))
    assert 0 <= numbers.min() < 0.001
    assert 0.999 < numbers.max() < 1
    counts, _ = np.histogram(numbers, bins=10, range=(0, 1))
    assert counts.min() > 9_600
    assert counts.max() < 10_400


def test_whole_numbers_reach_both_ends() -> None:
    numbers = whole(KEY, Stream.LATE_DAYS, np.arange(1_000), 1, 6)
    assert sorted(set(numbers.tolist())) == [1, 2, 3, 4, 5, 6]


def test_a_spell_drifts() -> None:
    days = np.arange(20_000, 20_400)
    steps = np.abs(np.diff(spell(KEY, Stream.SKY_SPELL, days, 8)))
    assert steps.max() <= 1 / 8 + 1e-9


def test_drawn_together_or_one_by_one_numbers_are_the_same() -> None:
    index, streams = np.arange(20_000, 20_050), (Stream.LATE, Stream.GAP_SIZE, Stream.CHARGE)
    together = Draws(KEY, streams, np.stack([index, index // 2, index]))
    assert together.uniform(Stream.LATE).tolist() == uniform(KEY, Stream.LATE, index).tolist()
    halved = whole(KEY, Stream.GAP_SIZE, index // 2, 1, 9)
    assert together.whole(Stream.GAP_SIZE, 1, 9).tolist() == halved.tolist()
    assert together.whole(Stream.GAP_SIZE, 1, 9).tolist() == halved.tolist()
