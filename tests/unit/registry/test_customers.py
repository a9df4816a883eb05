"""The registry's values, and what a change does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwartier.errors import InputError
from kwartier.registry import Customer, new_reference
from kwartier.registry.customers import CustomerChange, apply_changes, check_reference_number

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KNOWN = Customer(
    customer_id="c-1",
    label="Bakkerij",
    flow="B2B",
    enterprise_number="0123456789",
    language="fr",
    contact="info@example.org",
)
OTHER_VALUES = {
    "label": "Slagerij",
    "flow": "B2C",
    "enterprise_number": "0999888777",
    "language": "de",
    "contact": "02 555 12 12",
}


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


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0123456789", "0123456789"),
        ("123456789", "123456789"),
        ("BE 0123.456.789", "0123456789"),
        ("be0123456789", "0123456789"),
        (" 0123 456\u00a0789 ", "0123456789"),
        ("", None),
        ("  ", None),
    ],
)
def test_an_enterprise_number_is_kept_as_digits_however_it_is_written(
    written: str, kept: str | None
) -> None:
    assert Customer(customer_id="c", enterprise_number=written).enterprise_number == kept


@pytest.mark.parametrize("text", ["12345678", "01234567890", "BE", "NL0123456789", "0123-456-78x"])
def test_what_is_no_enterprise_number_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=f"enterprise_number.*9 or 10 digits.*got '{text}'"):
        Customer(customer_id="c", enterprise_number=text)


def test_flow_and_language_are_taken_in_any_casing() -> None:
    customer = Customer(customer_id="c", flow="b2b", language="FR")
    assert (customer.flow, customer.language) == ("B2B", "fr")


@given(st.sets(st.sampled_from(sorted(OTHER_VALUES))))
def test_a_change_touches_what_it_names_and_nothing_else(named: set[str]) -> None:
    said: dict[str, Any] = {name: OTHER_VALUES[name] for name in named}
    change = CustomerChange(customer_id="c-1", **said)
    assert change.applied_to(KNOWN) == replace(KNOWN, **said)


def test_of_a_new_customer_what_is_not_said_gets_its_default() -> None:
    assert CustomerChange(customer_id="c", label="An").applied_to(None) == Customer(
        customer_id="c", label="An"
    )


def test_an_empty_text_takes_a_label_a_number_and_a_contact_away() -> None:
    change = CustomerChange(customer_id="c-1", label="", enterprise_number="", contact="")
    assert change.applied_to(KNOWN) == Customer(customer_id="c-1", flow="B2B", language="fr")


def test_changes_are_sorted_into_new_changed_and_unchanged() -> None:
    changes = [
        CustomerChange(customer_id="c-3", label="New"),
        CustomerChange(customer_id="c-2", language="EN"),
        CustomerChange(customer_id="c-1", enterprise_number="BE 0123.456.789"),
    ]
    known = [KNOWN, Customer(customer_id="c-2")]
    had = new_reference(KNOWN, "fluvius", NOW)
    elsewhere = new_reference(known[1], "another", NOW)
    applied = apply_changes(known, [had, elsewhere], changes, provider="fluvius", now=NOW)
    assert applied.new == (Customer(customer_id="c-3", label="New"),)
    assert applied.changed == (Customer(customer_id="c-2", language="en"),)
    assert applied.unchanged == (KNOWN,)
    assert [(one.customer_id, one.provider) for one in applied.made] == [
        ("c-3", "fluvius"),
        ("c-2", "fluvius"),
    ]


def test_of_several_changes_to_one_customer_each_is_applied() -> None:
    changes = [
        CustomerChange(customer_id="c", label="An"),
        CustomerChange(customer_id="c", language="fr"),
    ]
    applied = apply_changes([], [], changes, provider="fluvius", now=NOW)
    assert applied.new == (Customer(customer_id="c", label="An", language="fr"),)
    assert len(applied.made) == 1
