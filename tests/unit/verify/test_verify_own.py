"""What a run may call its own, and what it lets out of its hands."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.fluvius import FluviusCredentials
from kwartier.registry.customers import check_reference_number
from kwartier.verify.case import CannotTry
from kwartier.verify.own import HIGHEST, LOWEST, PREFIX, Block, Own
from kwartier.verify.redact import Redactor
from kwartier.vocabulary.ean import ean_digest

ALL = range(LOWEST, HIGHEST + 1)
CREDENTIALS = FluviusCredentials(
    subscription_key="key-0123",
    client_id="client-0123",
    tenant_id="tenant-0123",
    scope="api://client-0123/.default",
    client_secret="secret-0123",
)


def eans(block: Block, numbers: range) -> dict[str, set[str]]:
    return {f"{block.start}{number}": {"REF-1"} for number in numbers}


@given(seed=st.integers(), block=st.sampled_from(Block), free=st.integers(LOWEST, HIGHEST))
@settings(max_examples=30, deadline=None)
def test_an_ean_with_anothers_mandate_is_never_taken(seed: int, block: Block, free: int) -> None:
    carried = eans(block, ALL)
    del carried[f"{block.start}{free}"]
    own = Own(Random(seed), carried, {})
    assert own.ean(block) == f"{block.start}{free}"
    with pytest.raises(CannotTry, match="others' mandates lie on every EAN"):
        own.ean(block)


def test_eans_of_earlier_runs_are_taken_once_there_are_no_fresh_ones() -> None:
    earlier = f"{Block.DAY.start}{LOWEST}"
    carried = {earlier: {f"{PREFIX}-0a1b2c3d-001"}, f"{Block.DAY.start}{HIGHEST}": {"REF-1"}}
    own = Own(Random(1), carried, {})
    handed_out = [own.ean(Block.DAY) for _ in range(len(ALL) - 1)]
    assert len(set(handed_out)) == len(ALL) - 1
    assert handed_out[-1] == earlier


def test_the_common_ean_of_a_block_stays_the_same_and_is_nobody_elses() -> None:
    own = Own(Random(1), {}, {})
    common = own.common_ean(Block.GAS_DAY)
    assert own.common_ean(Block.GAS_DAY) == common
    assert own.ean(Block.GAS_DAY) != common


def test_references_keep_the_rules_and_tell_runs_apart() -> None:
    made = {Own(Random(seed), {}, {}).reference() for seed in range(50)}
    assert len(made) == 50
    assert all(check_reference_number(one) == one for one in made)


def test_nothing_that_opens_a_door_or_names_a_household_passes() -> None:
    labels: dict[str, str] = {}
    own = Own(Random(1), {}, labels)
    redact = Redactor(CREDENTIALS, labels)
    ean, reference = own.ean(Block.SOLAR_DAY), own.reference()
    token = "eyJhbGciOi" + ".eyJzdWIiOi.c2ln"
    assert redact(f"{ean} {reference}") == "<electricity with injection, day> <own reference>"
    digest = redact("541440000000000001")
    assert digest == redact("541440000000000001") != redact("541440000000000002")
    assert digest != ean_digest("541440000000000001", b""), "anyone could look it up"
    assert redact(f"Bearer {token}") == "Bearer <token>"
    assert redact("00000000-0000-4000-8000-00656D756C61") == "<id>"
    assert redact("a" * 64) == "<identifier>"
    assert redact("api://client-0123/.default client-0123") == "<scope> <client_id>"
    assert (
        redact("secret-0123 key-0123 tenant-0123")
        == "<client_secret> <subscription_key> <tenant_id>"
    )
    assert redact("GET /api/mandate?from=2026-11-20T12:00:00Z") == (
        "GET /api/mandate?from=2026-11-20T12:00:00Z"
    )
