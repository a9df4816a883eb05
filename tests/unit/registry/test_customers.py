"""The registry's values and the CSV file they come from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.errors import InputError
from kwartier.registry import Customer, new_reference
from kwartier.registry.customer_file import read_customers
from kwartier.registry.customers import check_reference_number

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "customers.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_made_reference_is_acceptable_unique_and_tells_nothing() -> None:
    customer = Customer(customer_id="jan.peeters@example.org")
    made = {new_reference(customer, "fluvius", NOW).reference_number for _ in range(100)}
    assert len(made) == 100
    assert all(check_reference_number(number) == number for number in made)
    assert not any("jan" in number.lower() for number in made)


@pytest.mark.parametrize(
    "text", ["", "a" * 36, "MijnFluvius-1", "mijnfluvius-1", "a_b", "a b", "é"]
)
def test_a_reference_number_that_fluvius_refuses_is_refused_here(text: str) -> None:
    with pytest.raises(InputError, match="reference_number"):
        check_reference_number(text)


def test_all_columns_are_read_in_any_order_and_empty_cells_mean_the_default(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "label,customer_id,flow,enterprise_number,language,contact\n"
        "Bakkerij,c-1,B2B,0123456789,fr,info@example.org\n"
        'Peeters,c-2,,,,\n"Jansen, Els",c-3,B2C,,nl,\n',
    )
    first, second, third = read_customers(path)
    assert first == Customer(
        customer_id="c-1",
        label="Bakkerij",
        flow="B2B",
        enterprise_number="0123456789",
        language="fr",
        contact="info@example.org",
    )
    assert second == Customer(customer_id="c-2", label="Peeters")
    assert third.label == "Jansen, Els"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_excel_files_are_read_with_their_separator_and_byte_order_mark(
    tmp_path: Path, separator: str
) -> None:
    text = separator.join(("customer_id", "label")) + "\n" + separator.join(("7", "Zoë"))
    assert read_customers(write(tmp_path, text, "utf-8-sig")) == [
        Customer(customer_id="7", label="Zoë")
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("label\nx\n", "customer_id is missing"),
        ("customer_id,phone\n1,2\n", "unknown: phone"),
        ("customer_id\n1,2\n", "line 2.*more cells"),
        ("customer_id,label\n,x\n", "line 2, customer_id.*empty"),
        ("customer_id,flow\n1,B2C\n2,B2D\n", "line 3, flow.*B2C or B2B"),
        ("customer_id,enterprise_number\n1,12345678\n", "line 2, enterprise_number.*9 or 10"),
        ("customer_id\n1\n2\n1\n", "line 4, customer_id.*line 2"),
        ("customer_id,language\n1,xx\n", "line 2, language"),
    ],
)
def test_a_bad_file_is_refused_whole_naming_line_and_field(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        read_customers(write(tmp_path, text))


def test_a_missing_file_and_one_that_is_not_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_customers(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="not UTF-8"):
        read_customers(write(tmp_path, "customer_id,label\n1,Zoë\n", "latin-1"))
