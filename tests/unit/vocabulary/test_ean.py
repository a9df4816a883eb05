from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.vocabulary.ean import check_ean, ean_digest, has_check_digit


@pytest.mark.parametrize(
    ("ean", "valid"),
    [
        ("541440000000000001", False),
        ("541440000000000002", True),
        ("541440010000000001", True),
        ("541440100000000001", False),
        ("541440110000000000", False),
        ("541440110000000001", False),
        ("541441000000000001", True),
        ("541441010000000001", False),
        ("541441010000000000", True),
        ("541441234567891234", False),
        ("541448800000004312", True),
        ("541448860000000016", False),
    ],
)
def test_check_digits(ean: str, valid: bool) -> None:
    assert has_check_digit(ean) is valid
    assert check_ean(ean) == ean


@given(st.integers(0, 10**17 - 1))
def test_exactly_one_last_digit_is_the_check_digit(body: int) -> None:
    assert sum(has_check_digit(f"{body:017d}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize(
    "ean",
    ["", "54144001000000001", "5414400100000000011", "54144001000000000a", " 41440010000000001",
     "541440010000000001\n", "\u0665" + "41440010000000001", 541440010000000001, None],
)  # fmt: skip
def test_anything_but_18_digits_is_refused_without_showing_it(ean: str) -> None:
    with pytest.raises(InputError, match=r"^mock_ean: ") as caught:
        check_ean(ean, "mock_ean")
    assert not ean or str(ean) not in str(caught.value)


def test_a_digest_hides_the_ean_and_depends_on_the_key() -> None:
    ean = "541440010000000001"
    digests = {ean_digest(ean, b"key"), ean_digest(ean, b"other")}
    digests.add(ean_digest("541441000000000001", b"key"))
    assert len(digests) == 3
    assert all(digest.startswith("ean:") and ean not in digest for digest in digests)
    assert ean_digest(ean, b"key") == ean_digest(ean, b"key")
