"""Random numbers that are computed, not drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.noise import Stream, key_of, noise, spell, uniform, whole

KEY = key_of(1, "541440010000000001")


def test_no_number_comes_twice() -> None:
    numbers = noise(KEY, Stream.TRAIT, np.arange(10_000))
    assert len(np.unique(numbers)) == 10_000


@given(first=st.integers(-(10**6), 10**8), count=st.integers(1, 50), cut=st.integers(0, 49))
@settings(max_examples=30, deadline=None)
def test_any_window_has_the_same_numbers(first: int, count: int, cut: int) -> None:
    index = np.arange(first, first + count)
    part = index[min(cut, count - 1) :]
    together = uniform(KEY, Stream.LOAD_FAST, index)
    assert uniform(KEY, Stream.LOAD_FAST, part).tolist() == together[-len(part) :].tolist()


def test_numbers_do_not_change_from_release_to_release() -> None:
    assert noise(KEY, Stream.TRAIT, [0, 1]).tolist() == [11647471521857109009, 10717735595964191336]


def test_streams_keys_and_worlds_differ() -> None:
    index = np.arange(100)
    series = [
        noise(key, stream, index).tolist()
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
