"""Data owners: identifiers, addresses, and what is said of them in files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.errors import InputError
from kwartier.registry.customer_file import read_customers
from kwartier.registry.customers import CustomerChange, Reference
from kwartier.registry.data_owners import DataOwner, DeliveryAddress, check_data_owner
from support.data_owners import ADDRESS, OWNER
from support.measured import NOW


@pytest.mark.parametrize("text", ["", "541440110000000001", OWNER.replace("-", ""), f"{{{OWNER}}}"])
def test_what_is_no_uuid_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="data_owner: must be a UUID"):
        check_data_owner(text)


def test_a_uuid_is_kept_in_lower_case() -> None:
    assert check_data_owner(f" {OWNER.upper()} ") == OWNER


def test_only_a_data_owner_is_a_reference_of_eneco() -> None:
    def refer(number: str, provider: str) -> Reference:
        return Reference(
            reference_number=number, provider=provider, customer_id="c-1", created_at=NOW
        )

    assert refer(OWNER, "eneco").reference_number == OWNER
    with pytest.raises(InputError, match="UUID"):
        refer("KW-1", "eneco")
    with pytest.raises(InputError, match="35"):
        refer(OWNER, "fluvius")


def test_an_address_hides_where_objects_are_printed() -> None:
    owner = DataOwner(
        provider="eneco", data_owner=OWNER, customer_id="c-1", created_at=NOW, address=ADDRESS
    )
    assert "Kwartelhof" not in f"{owner!r} {ADDRESS!r}"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (ADDRESS, "Kwartelhof 17 B, 3013 ZZ Rotterdam, NL"),
        (
            DeliveryAddress(street="Kade", house_number="4", house_number_addition="3 hoog"),
            "Kade 4 3 hoog",
        ),
        (DeliveryAddress(city="Rotterdam"), "Rotterdam"),
        (DeliveryAddress(street="Kade", postal_code="3013 ZZ"), "Kade, 3013 ZZ"),
        (DeliveryAddress(), ""),
    ],
)
def test_an_address_is_told_on_a_line(address: DeliveryAddress, text: str) -> None:
    assert address.text() == text
    assert address.is_told == bool(text)


def test_a_file_says_data_owners_and_since_when_they_share(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"customer_id,data_owner,since\nc-1,{OWNER.upper()},2026-10-25\nc-2,,\n")
    first, second = read_customers(path)
    shared = first.shared()
    assert shared is not None
    assert (shared.data_owner, shared.since) == (OWNER, datetime(2026, 10, 24, 22, tzinfo=UTC))
    assert second == CustomerChange(customer_id="c-2")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (f"c-1,{OWNER},soon", "line 2, since: must be an ISO 8601 date"),
        ("c-1,EAN,2026-01-01", "line 2, data_owner: must be a UUID"),
        ("c-1,,2026-01-01", "line 2, since: needs a data_owner"),
    ],
)
def test_a_wrong_cell_is_told_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"customer_id,data_owner,since\n{row}\n")
    with pytest.raises(InputError, match=says):
        read_customers(path)
