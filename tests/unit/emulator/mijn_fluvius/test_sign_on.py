"""Who need not sign in again: the documented table, row by row, and beyond."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.mijn_fluvius.sign_on import WayIn, way_in
from kwartier.wire.fluvius_v3 import ClientSessionRequest, Flow

OWN = "0999999901"


def asked(sso: bool | None, flow: Flow, number: str | None = None) -> ClientSessionRequest:
    return ClientSessionRequest(
        data_access_contract_number="C",
        reference_number="R",
        flow=flow,
        data_services=[],
        sso=sso,
        enterprise_number=number,
    )


@pytest.mark.parametrize(
    ("sso", "flow", "number", "is_new", "way"),
    [
        (False, Flow.B2C, None, False, WayIn.LOGIN),
        (None, Flow.B2B, OWN, True, WayIn.LOGIN),
        (True, Flow.B2C, None, False, WayIn.PRIVATE),
        (True, Flow.B2C, OWN, False, WayIn.PRIVATE),
        (True, Flow.B2C, None, True, WayIn.TERMS),
        (True, Flow.B2B, OWN, False, WayIn.ORGANISATION),
        (True, Flow.B2B, "999999901", False, WayIn.ORGANISATION),
        (True, Flow.B2B, OWN, True, WayIn.TERMS),
        (True, Flow.B2B, "0999999902", False, WayIn.CHOICE_OF_ORGANISATION),
        (True, Flow.B2B, "0999999902", True, WayIn.CHOICE_OF_ORGANISATION),
        (True, Flow.B2B, None, False, WayIn.CHOICE_OF_ORGANISATION),
        (True, Flow.B2B, None, True, WayIn.CHOICE_OF_ORGANISATION),
    ],
)
def test_the_table(
    sso: bool | None, flow: Flow, number: str | None, is_new: bool, way: WayIn
) -> None:
    request = asked(sso, flow, number)
    assert way_in(request, at_csam=True, is_new=is_new, enterprise_numbers=[OWN]) is way


@settings(max_examples=50, deadline=None)
@given(
    sso=st.sampled_from([True, False, None]),
    flow=st.sampled_from([Flow.B2B, Flow.B2C]),
    number=st.sampled_from([None, OWN, "999999901", "0999999902"]),
    is_new=st.booleans(),
    at_csam=st.booleans(),
)
def test_nobody_comes_in_without_a_session_or_unasked(
    sso: bool | None, flow: Flow, number: str | None, is_new: bool, at_csam: bool
) -> None:
    request = asked(sso, flow, number)
    way = way_in(request, at_csam=at_csam, is_new=is_new, enterprise_numbers=[OWN])
    assert (way is WayIn.LOGIN) == (not sso or not at_csam)
    if is_new:
        assert way not in {WayIn.PRIVATE, WayIn.ORGANISATION}, "the terms come first"
