"""Slices laid out alike are read together, and exactly as one by one."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.fluvius.decode.alike import read_alike
from kwartier.fluvius.decode.flat import V2, flat_layout_of
from kwartier.fluvius.decode.layout import layout_of
from kwartier.fluvius.decode.loose import V3, SliceForm, read_loosely
from kwartier.fluvius.decode.run import Run

MIDNIGHT = datetime(2024, 10, 26, 22, tzinfo=UTC)
STEP = timedelta(minutes=15)

values = st.fixed_dictionaries(
    {},
    optional={
        "value": st.none() | st.integers(-9, 10**6).map(lambda whole: whole / 1000),
        "unit": st.none() | st.sampled_from(["kWh", "m3", "kVArh"]),
        "validationState": st.none() | st.sampled_from(["READ", "EST", "Ĝisdatigita", ""]),
        "gasConversionFactor": st.sampled_from("PDC"),
        "quality": st.none() | st.booleans() | st.integers(0, 9) | st.just("good"),
    },
)
registers = st.dictionaries(
    st.sampled_from(["total", "day", "capacitive", "peak"]), st.none() | values, max_size=2
)
measurements = st.dictionaries(
    st.sampled_from(["offtake", "injection", "borrowed"]), st.none() | registers, max_size=2
)
kinds = st.none() | st.lists(measurements, max_size=2)


flat_values = st.none() | st.integers(-9, 10**6).map(lambda whole: whole / 1000)
flat_words = st.none() | st.sampled_from(["VAL", "EST", "Ĝisdatigita", "", "P"])
flat_measurements = st.fixed_dictionaries(
    {},
    optional={
        "unit": st.none() | st.sampled_from(["kWh", "m3"]),
        "offtakeValue": flat_values,
        "offtakeValidationState": flat_words,
        "offtakeTotalValue": flat_values,
        "offtakeUsedGCF": flat_words,
        "injectionDayValue": flat_values,
        "injectionDayValidationState": flat_words,
        "injectionNightValue": flat_values,
        "offtakeExclusiveNightValue": flat_values,
        "storageValue": flat_values,
        "quality": st.none() | st.booleans() | st.integers(0, 9) | st.just("good"),
    },
)
FORMS: dict[str, tuple[SliceForm, dict[str, str], st.SearchStrategy[Any]]] = {
    "v3": (V3, {}, kinds),
    "v2": (
        V2,
        {"start": "timestampStart", "end": "timestampEnd", "measurements": "measurement"},
        st.none() | st.lists(flat_measurements, max_size=2),
    ),
}


@st.composite
def slice_texts(draw: st.DrawFn) -> tuple[list[bytes], SliceForm]:
    """Many slices of a few kinds of one version, in any order, their members too, some of them
    spaced out.
    """
    form, called, kinds_of_form = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    several = draw(st.lists(kinds_of_form, min_size=1, max_size=3))
    chosen = draw(st.lists(st.integers(0, len(several) - 1), min_size=9, max_size=30))
    dice = random.Random(draw(st.integers(0, 999)))
    texts = []
    for place, kind in enumerate(chosen):
        members = {
            "start": f"{MIDNIGHT + STEP * place:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{MIDNIGHT + STEP * (place + 1):%Y-%m-%dT%H:%M:%SZ}",
            "measurements": varied(several[kind], dice),
        }
        names = dice.sample(list(members), 3) if dice.random() < 0.1 else list(members)
        text = msgspec.json.encode({called.get(name, name): members[name] for name in names})
        texts.append(msgspec.json.format(text, indent=1) if dice.random() < 0.05 else text)
    return texts, form


def varied(content: Any, dice: random.Random) -> Any:
    """The same, with other numbers in it."""
    if isinstance(content, dict):
        return {name: varied(member, dice) for name, member in content.items()}
    if isinstance(content, list):
        return [varied(item, dice) for item in content]
    return dice.randrange(10**5) / 1000 if isinstance(content, float) else content


def raws(texts: list[bytes]) -> list[msgspec.Raw]:
    return msgspec.json.decode(b"[" + b",".join(texts) + b"]", type=list[msgspec.Raw])


def a_slice(amount: str = "1.5", state: str = "READ", start: str = "2024-10-26T22:00:00Z") -> bytes:
    return (
        f'{{"start":"{start}","end":"2124-10-26T22:15:00Z","measurements":[{{"offtake":{{"total":'
        f'{{"value":{amount},"unit":"kWh","validationState":"{state}"}}}}}}]}}'
    ).encode()


USUAL = [a_slice()] * 9


def as_rows(runs: list[Run]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            (run.direction, run.register, *row)
            for run in runs
            for row in zip(
                run.order.tolist(),
                run.start.to_pylist(),
                run.end.to_pylist(),
                run.value.to_pylist(),
                run.unit.to_pylist(),
                run.validation_state.to_pylist(),
                run.gas_conversion_factor.to_pylist(),
                strict=True,
            )
        ),
        key=repr,
    )


def both_ways(texts: list[bytes], form: SliceForm = V3) -> tuple[list[Any], list[Any], list[int]]:
    """The rows read as usual and one by one, and the positions that were not read together."""
    slices = raws(texts)
    together, left = read_alike(slices, form.layout_of)
    apart, unread = read_loosely(((i, slices[i]) for i in left.tolist()), "$", form)
    one_by_one, noted = read_loosely(enumerate(slices), "$", form)
    assert unread == noted
    return as_rows(together + apart), as_rows(one_by_one), left.tolist()


@settings(max_examples=100, deadline=None)
@given(given_=slice_texts())
def test_reading_together_and_one_by_one_agree(given_: tuple[list[bytes], SliceForm]) -> None:
    rows, one_by_one, _ = both_ways(*given_)
    assert rows == one_by_one


@settings(max_examples=100, deadline=None)
@given(given_=slice_texts(), at=st.lists(st.floats(0, 1), max_size=4), byte=st.integers(32, 126))
def test_they_agree_on_damaged_slices_too(
    given_: tuple[list[bytes], SliceForm], at: list[float], byte: int
) -> None:
    texts, form = given_
    for share in at:
        index = int(share * (len(texts) - 1))
        damaged = bytearray(texts[index])
        damaged[int(share * 997) % len(damaged)] = byte
        try:
            msgspec.json.decode(damaged)
        except msgspec.DecodeError:
            continue
        texts[index] = bytes(damaged)
    rows, one_by_one, _ = both_ways(texts, form)
    assert rows == one_by_one


digits = st.integers(1, 18).flatmap(lambda most: st.integers(0, 10**most - 1).map(str))
numbers = st.tuples(
    st.sampled_from(["", "-"]),
    digits,
    st.just("") | digits.map(lambda some: "." + some.zfill(3)),
    st.sampled_from(["", "", "", "e5", "E-7", "e+22"]),
).map("".join)


@settings(max_examples=80, deadline=None)
@given(amounts=st.lists(numbers, min_size=1, max_size=9))
def test_a_number_is_what_its_decimals_say(amounts: list[str]) -> None:
    texts = [*USUAL, *(a_slice(amount) for amount in amounts)]
    runs, left = read_alike(raws(texts), layout_of)
    apart, _ = read_loosely(((i, raws(texts)[i]) for i in left.tolist()), "$", V3)
    read = {row[2]: row[5] for row in as_rows(runs + apart)}
    assert [read[i << 20] for i in range(9, len(texts))] == [float(amount) for amount in amounts]


def test_fifteen_characters_are_read_together_and_more_are_not() -> None:
    exact = ["123456789012345", "0.0000000000001", "-9999999999.999", "-0.0", "0"]
    longer = ["1234567890123456", "0.00000000000001", "1e3"]
    texts = USUAL + [a_slice(amount) for amount in exact + longer]
    rows, one_by_one, left = both_ways(texts)
    assert rows == one_by_one
    assert [texts[i] for i in left] == [a_slice(amount) for amount in longer]


@pytest.mark.parametrize(
    "start",
    [
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-01T00:00:00Z",
        "2024-01-00T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "2024-01-01T00:00:0:Z",
        "2024-01-01T00:00:00z",
        "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00+01:00",
        "2024-01-01T00:00:00.000Z",
        "2124-10-26T22:15:00Z",
    ],
)
def test_an_instant_out_of_the_ordinary_is_left_to_the_careful_reading(start: str) -> None:
    rows, one_by_one, left = both_ways([*USUAL, a_slice(start=start), a_slice()])
    assert rows == one_by_one
    assert left == [len(USUAL)]


@pytest.mark.parametrize("start", ["2024-02-29T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_every_instant_there_is_can_be_read_together(start: str) -> None:
    rows, one_by_one, left = both_ways([*USUAL, a_slice(start=start)])
    assert rows == one_by_one
    assert left == []


@pytest.mark.parametrize("state", ["EST", "", "sixteen letters!", "één"])
def test_another_word_of_sixteen_bytes_at_most_changes_nothing(state: str) -> None:
    rows, one_by_one, left = both_ways([*USUAL, a_slice(state=state)])
    assert rows == one_by_one
    assert left == []


@pytest.mark.parametrize("state", ["seventeen letters", "\\u0052EAD", "RE\\nAD", 'RE\\"AD'])
def test_a_longer_word_or_an_escape_is_left_to_the_careful_reading(state: str) -> None:
    rows, one_by_one, left = both_ways([*USUAL, a_slice(state=state)])
    assert rows == one_by_one
    assert left == [len(USUAL)]


def test_slices_of_several_kinds_are_each_read_with_their_like() -> None:
    kinds_of = [a_slice(), a_slice().replace(b"offtake", b"injection"), a_slice("null")]
    _, _, left = both_ways(kinds_of * 12)
    assert left == []


def test_slices_unlike_all_others_cost_no_other_its_place_among_its_like() -> None:
    odd = [b"7", b"null", b'{"start":1}', a_slice().replace(b":{", b": {")]
    _, _, left = both_ways([*odd, *USUAL])
    assert left == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "sample",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"start":"2024-10-26T22:00:00Z"}',
        a_slice().replace(b'"measurements":', b'"measurements":7,"x":'),
        a_slice().replace(b'"READ"', b"7"),
        a_slice().replace(b'"kWh"', b"7"),
        a_slice('"1.5"'),
        a_slice("true"),
        a_slice("[]"),
        b"[" * 5000,
    ],
)
def test_what_is_no_usual_slice_has_no_layout(sample: bytes) -> None:
    assert layout_of(sample) is None


def test_a_negative_zero_stays_one() -> None:
    (run,), _ = read_alike(raws([a_slice("-0.0")] * 9), layout_of)
    assert math.copysign(1, run.value[0].as_py()) == -1


def flat(measurement: str, place: int = 0) -> bytes:
    start, end = (MIDNIGHT + STEP * each for each in (place, place + 1))
    return (
        f'{{"timestampStart":"{start:%Y-%m-%dT%H:%M:%SZ}",'
        f'"timestampEnd":"{end:%Y-%m-%dT%H:%M:%SZ}","measurement":[{measurement}]}}'
    ).encode()


@pytest.mark.parametrize(
    "measurement",
    [
        '{"unit":"kWh","offtakeValue":0.1,"offtakeValidationState":"VAL"}',
        '{"unit":"kWh","offtakeValue":0.1,"injectionValue":0,"injectionValidationState":"EST"}',
        '{"offtakeDayValue":1,"offtakeNightValue":2,"injectionDayValue":null,"unit":"kWh"}',
        '{"unit":"m3","offtakeValue":0.5},{"unit":"kWh","offtakeValue":5.6,"offtakeUsedGCF":"P"}',
    ],
)
def test_slices_as_v2_writes_them_are_all_read_together(measurement: str) -> None:
    rows, one_by_one, left = both_ways([flat(measurement, place) for place in range(20)], V2)
    assert rows == one_by_one
    assert len(rows) >= 20
    assert left == []


@pytest.mark.parametrize(
    "measurement",
    [
        '{"offtakeValue":1,"offtakeTotalValue":2}',
        '{"storageValue":3.5}',
        '{"offtakeExclusiveNightValue":1}',
        '{"offtakeValue":"1"}',
        '{"unit":5,"offtakeValue":1}',
        "7",
    ],
)
def test_an_unusual_slice_of_v2_has_no_layout(measurement: str) -> None:
    assert flat_layout_of(flat(measurement)) is None
    rows, one_by_one, left = both_ways([flat(measurement)] * 9, V2)
    assert rows == one_by_one
    assert len(left) == 9
