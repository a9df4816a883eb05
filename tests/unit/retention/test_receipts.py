"""Receipts: chained by hash, written as JSON and read back, and no change unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.retention import Erasure, Reason, Receipt, chain, verify_chain
from kwartier.retention.receipts import keyed_digest, name_of_key
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)

instants = st.integers(0, 10_000).map(lambda quarters: AT - timedelta(minutes=15 * quarters))
stretches = st.tuples(instants, st.integers(1, 500)).map(
    lambda two: Interval(two[0], two[0] + timedelta(minutes=15 * two[1]))
)
erasures = st.builds(
    Erasure,
    erased_at=instants,
    reason=st.sampled_from(Reason),
    key=st.just("k"),
    metering_point=st.text("0123456789abcdef", min_size=4, max_size=4),
    reference=st.text("0123456789abcdef", min_size=4, max_size=4),
    energy_type=st.sampled_from(["electricity", "gas"]),
    granularity=st.sampled_from(Granularity),
    bounds=st.lists(stretches, min_size=1, max_size=3).map(tuple),
    suppressed=st.lists(stretches, max_size=1).map(tuple),
    values=st.integers(0, 10**9),
    revisions=st.integers(0, 10**9),
    days=st.integers(0, 1100),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(erasures, min_size=2, max_size=5), st.data())
def test_a_chain_holds_until_anything_in_it_is_changed_left_out_or_moved(
    made_of: list[Erasure], data: st.DataObject
) -> None:
    first = chain(made_of[:1], None)
    receipts = first + chain(made_of[1:], first[-1])
    assert receipts == chain(made_of, None)
    assert verify_chain(receipts) is None
    assert [Receipt.from_json(msgspec.json.decode(r.line())) for r in receipts] == receipts
    place = data.draw(st.integers(0, len(receipts) - 1))
    altered = list(receipts)
    altered[place] = replace(receipts[place], values=receipts[place].values + 1)
    broken = verify_chain(altered)
    assert broken is not None
    assert broken.number == place + 1
    rehashed = list(altered)
    rehashed[place] = replace(altered[place], hash=altered[place].own_hash())
    assert (verify_chain(rehashed) is None) == (place == len(receipts) - 1)
    if place < len(receipts) - 1:
        assert verify_chain(receipts[:place] + receipts[place + 1 :]) is not None


def test_a_digest_needs_the_key_and_keys_are_told_apart() -> None:
    one, other = b"1" * 32, b"2" * 32
    assert keyed_digest("541440110000000001", one) != keyed_digest("541440110000000001", other)
    assert keyed_digest("541440110000000001", one) == keyed_digest("541440110000000001", one)
    assert name_of_key(one) != name_of_key(other)


@pytest.mark.parametrize("missing", ["bounds", "hash", "reason"])
def test_what_is_no_receipt_is_refused(missing: str) -> None:
    [receipt] = chain([erasure()], None)
    members = msgspec.json.decode(receipt.line())
    del members[missing]
    with pytest.raises((KeyError, TypeError)):
        Receipt.from_json(members)


def erasure() -> Erasure:
    return Erasure(
        erased_at=AT,
        reason=Reason.PERIOD_ENDED,
        key="k",
        metering_point="m",
        reference="r",
        energy_type="gas",
        granularity=Granularity.DAY,
        bounds=(Interval(AT, AT + timedelta(days=1)),),
        suppressed=(),
        values=1,
        revisions=0,
        days=1,
    )
