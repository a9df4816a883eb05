"""Customers of the energy service provider and the reference numbers they act under."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from kwartier.errors import InputError

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,35}")
_ENTERPRISE = re.compile(r"[0-9]{9,10}")
_AROUND_DIGITS = re.compile(r"^\s*BE|[\s.]", re.IGNORECASE)
_LANGUAGES = ("nl", "en", "fr", "de")
FLOWS = ("B2C", "B2B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """``customer_id`` is the provider's own; ``label`` a name to show; ``flow`` B2C or B2B.

    Flow and language may be given in any casing, an enterprise number as people write it
    (``BE 0123.456.789``): kept are ``B2B``, ``nl`` and the 9 or 10 digits. An empty enterprise
    number or contact is none. Raises :class:`InputError` naming the field.
    """

    customer_id: str
    label: str = ""
    flow: str = "B2C"
    enterprise_number: str | None = None
    language: str = "nl"
    contact: str | None = None

    def __post_init__(self) -> None:
        if not self.customer_id.strip():
            raise InputError("customer_id", "must not be empty")
        tidy = {
            "flow": _word(self.flow.strip().upper(), FLOWS, "flow"),
            "enterprise_number": _enterprise_number(self.enterprise_number or ""),
            "language": _word(self.language.strip().lower(), _LANGUAGES, "language"),
            "contact": self.contact or None,
        }
        for name, value in tidy.items():
            object.__setattr__(self, name, value)


def _word(text: str, allowed: tuple[str, ...], field: str) -> str:
    if text not in allowed:
        rule = f"must be {', '.join(allowed[:-1])} or {allowed[-1]}"
        raise InputError(field, rule, f"got {text!r}")
    return text


def _enterprise_number(text: str) -> str | None:
    digits = _AROUND_DIGITS.sub("", text)
    if text.strip() and not _ENTERPRISE.fullmatch(digits):
        rule = "must have 9 or 10 digits, such as 0123.456.789"
        raise InputError("enterprise_number", rule, f"got {text!r}")
    return digits or None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChange:
    """What was said of one customer; None: nothing was, so that what is known stays."""

    customer_id: str
    label: str | None = None
    flow: str | None = None
    enterprise_number: str | None = None
    language: str | None = None
    contact: str | None = None

    def applied_to(self, known: Customer | None) -> Customer:
        """``known`` with this change, or a new customer; InputError if a value is wrong."""
        said: dict[str, str] = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
        }
        return Customer(**said) if known is None else replace(known, **said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The reference number that joins a customer to the mandates granted under it."""

    reference_number: str
    customer_id: str
    provider: str
    created_at: datetime

    def __post_init__(self) -> None:
        check_reference_number(self.reference_number)


def check_reference_number(text: str, field: str = "reference_number") -> str:
    """Return ``text`` if Fluvius accepts it as reference number (at most 35 letters, digits and
    hyphens, not starting with ``MijnFluvius-``); raise :class:`InputError` otherwise.
    """
    if not _REFERENCE.fullmatch(text):
        raise InputError(field, "must be 1 to 35 letters, digits or hyphens", f"got {text!r}")
    if text.lower().startswith("mijnfluvius-"):
        raise InputError(field, "must not start with MijnFluvius-", f"got {text!r}")
    return text


def new_reference(customer: Customer, provider: str, now: datetime) -> Reference:
    """A fresh reference for ``customer``: random, so that it tells nothing about the person."""
    return Reference(
        reference_number=f"KW-{secrets.token_hex(8).upper()}",
        customer_id=customer.customer_id,
        provider=provider,
        created_at=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The customers as some changes leave them: those not known before, changed, and as before;
    and the references ``made`` for those that had none.
    """

    new: tuple[Customer, ...]
    changed: tuple[Customer, ...]
    unchanged: tuple[Customer, ...]
    made: tuple[Reference, ...]


def apply_changes(
    known: Iterable[Customer],
    references: Iterable[Reference],
    changes: Iterable[CustomerChange],
    *,
    provider: str,
    now: datetime,
) -> Applied:
    """Apply ``changes``, one after the other, to the customers that are known, and make a
    reference for each of them that has none with ``provider``.
    """
    before = {customer.customer_id: customer for customer in known}
    having = {one.customer_id for one in references if one.provider == provider}
    after: dict[str, Customer] = {}
    for change in changes:
        id_ = change.customer_id
        after[id_] = change.applied_to(after.get(id_, before.get(id_)))
    there = [customer for id_, customer in after.items() if id_ in before]
    return Applied(
        new=tuple(customer for id_, customer in after.items() if id_ not in before),
        changed=tuple(c for c in there if c != before[c.customer_id]),
        unchanged=tuple(c for c in there if c == before[c.customer_id]),
        made=tuple(
            new_reference(customer, provider, now)
            for id_, customer in after.items()
            if id_ not in having
        ),
    )
