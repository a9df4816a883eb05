"""What the digits of the sandbox's EANs mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.emulator.metering.headpoints import places_of
from kwartier.emulator.metering.sandbox_ean import connection_of, is_sandbox_ean, sub_headpoint_ean
from kwartier.vocabulary.energy import GAS, HEADPOINT, METER, SUB_HEADPOINT
from kwartier.wire.fluvius_v3 import HeadpointType, SubHeadpointType

METER_ONLY = HeadpointType.METERING_ON_METER
HEADPOINT_ONLY = HeadpointType.METERING_ON_HEADPOINT
BOTH = HeadpointType.METERING_ON_HEADPOINT_AND_METER
PLANT = [SubHeadpointType.PRODUCTION, SubHeadpointType.AUXILIARY]

widened = st.from_regex(r"\A5414[4-5][0-1][0-2][0-2][0-2]000000[0-9]{3}\Z")


@pytest.mark.parametrize(
    ("ean", "known"),
    [
        ("541440000000000000", True),
        ("541440010000000999", True),
        ("541440100000000001", True),
        ("541440110000000001", True),
        ("541441000000000001", True),
        ("541441010000000001", True),
        ("541450000000000001", True),
        ("541440020000000001", True),
        ("541451222000000999", True),
        ("541441110000000001", False),
        ("541441100000000001", False),
        ("541451100000000001", False),
        ("541451112000000001", False),
        ("541440300000000001", False),
        ("541440003000000001", False),
        ("541460000000000001", False),
        ("541452000000000001", False),
        ("541440000000001001", False),
        ("54144000000000000", False),
        ("541440000000000001\n", False),
        ("541448800000004312", False),
    ],
)
def test_the_sandbox_knows_its_pattern_and_no_gas_with_injection(ean: str, known: bool) -> None:
    assert is_sandbox_ean(ean) is known


@given(ean=widened)
def test_of_the_widened_pattern_only_gas_with_injection_is_refused(ean: str) -> None:
    assert is_sandbox_ean(ean) is not (ean[5] == "1" and ean[6] == "1")


@pytest.mark.parametrize(
    ("digits", "metering", "injects", "apart"),
    [
        ("40000", METER_ONLY, False, []),
        ("40110", METER_ONLY, True, []),
        ("40112", METER_ONLY, True, []),
        ("41010", METER_ONLY, False, []),
        ("50000", HEADPOINT_ONLY, False, []),
        ("50110", HEADPOINT_ONLY, True, []),
        ("50011", HEADPOINT_ONLY, False, PLANT),
        ("50111", HEADPOINT_ONLY, True, PLANT),
        ("50112", HEADPOINT_ONLY, True, [*PLANT, SubHeadpointType.OFFTAKE]),
        ("51010", HEADPOINT_ONLY, False, []),
        ("51011", HEADPOINT_ONLY, False, []),
        ("51012", HEADPOINT_ONLY, False, [SubHeadpointType.OFFTAKE]),
        ("40210", BOTH, True, []),
        ("50211", BOTH, True, PLANT),
        ("40222", BOTH, True, [*PLANT, SubHeadpointType.OFFTAKE]),
        ("41210", BOTH, False, []),
        ("51222", BOTH, False, [SubHeadpointType.OFFTAKE]),
    ],
)
def test_each_digit_means_what_the_documentation_says(
    digits: str, metering: HeadpointType, injects: bool, apart: list[SubHeadpointType]
) -> None:
    connection = connection_of(f"5414{digits}000000123")
    assert connection.metering is metering
    assert connection.injects is injects
    assert connection.large is (digits[0] == "5")
    assert (connection.energy_type == GAS) is (digits[1] == "1")
    places = places_of(connection)
    assert [place.kind for place in places if place.source == SUB_HEADPOINT] == apart
    assert (METER in {place.source for place in places}) is (metering is not HEADPOINT_ONLY)
    assert (HEADPOINT in {place.source for place in places}) is (metering is not METER_ONLY)


@given(ean=widened, number=st.integers(1, 3))
def test_a_sub_headpoint_has_an_ean_of_its_own_that_nobody_can_ask_for(
    ean: str, number: int
) -> None:
    other = sub_headpoint_ean(ean, number)
    assert len(other) == 18
    assert not is_sandbox_ean(other)
    assert sub_headpoint_ean(ean, 4 - number) != other or number == 2
