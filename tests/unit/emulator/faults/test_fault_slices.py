"""Energy replies with slices told twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kwartier.emulator.faults.slices import with_duplicate_slices


def reply(**energy: list[Any]) -> bytes:
    return json.dumps({"data": {"headpoint": {"physicalMeters": [energy]}}}).encode()


def meter(content: bytes | None) -> Any:
    assert content is not None
    return json.loads(content)["data"]["headpoint"]["physicalMeters"][0]


def test_the_first_slice_and_every_third_after_it_come_twice() -> None:
    told = meter(with_duplicate_slices(reply(dailyEnergy=list("abcdefg"))))
    assert told["dailyEnergy"] == list("aabcddefgg")


def test_every_array_of_slices_repeats_its_own() -> None:
    told = meter(with_duplicate_slices(reply(dailyEnergy=[1], quarterHourlyEnergy=[2, 3])))
    assert told == {"dailyEnergy": [1, 1], "quarterHourlyEnergy": [2, 2, 3]}


@pytest.mark.parametrize(
    "content",
    [b"", b"no json", b"[]", b'{"data":{"mandates":[{"ean":"1"}]}}', reply(dailyEnergy=[])],
)
def test_a_reply_without_slices_is_left_as_it_is(content: bytes) -> None:
    assert with_duplicate_slices(content) is None
