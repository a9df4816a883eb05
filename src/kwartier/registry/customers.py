"""Customers of the energy service provider and the reference numbers they act under."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from kwartier.errors import InputError
from kwartier.registry.data_owners import DataOwner, Shared, apply_shared, check_data_owner
from kwartier.vocabulary.provider import ENECO

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,35}")
_ENTERPRISE = re.compile(r"[0-9]{9,10}")
_AROUND_DIGITS = re.compile(r"^\s*BE|[\s.]", re.IGNORECASE)
LANGUAGES = ("nl", "en", "fr", "de")
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
            "language": _word(self.language.strip().lower(), LANGUAGES, "language"),
            "contact": self.contact or None,
        }
        for name, value in tidy.items():
            object.__setattr__(self, name, value)

    @property
    def is_identified(self) -> bool:
        """Whether anything is noted that tells who it is, beside the id."""
        return bool(self.label or self.enterprise_number or self.contact)


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
    """What was said of one customer; None: nothing was, so that what is known stays.

    ``data_owner`` is what the customer is to Eneco, beside any other that it is; ``since`` the
    first instant of it that the customer shares.
    """

    customer_id: str
    label: str | None = None
    flow: str | None = None
    enterprise_number: str | None = None
    language: str | None = None
    contact: str | None = None
    data_owner: str | None = None
    since: datetime | None = None

    def applied_to(self, known: Customer | None) -> Customer:
        """``known`` with this change, or a new customer; InputError if a value is wrong."""
        said: dict[str, str] = {
            field.name: value
            for field in fields(Customer)
            if (value := getattr(self, field.name)) is not None
        }
        return Customer(**said) if known is None else replace(known, **said)

    def shared(self) -> Shared | None:
        """The data owner that the customer is said to be, None if none is; InputError if a value
        is wrong.
        """
        if self.data_owner is not None:
            owner = check_data_owner(self.data_owner)
            return Shared(customer_id=self.customer_id, data_owner=owner, since=self.since)
        if self.since is not None:
            raise InputError("since", "needs a data_owner", "it says since when that one shares")
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The reference number that joins a customer to the mandates granted under it; of Eneco, the
    data owner that the customer is.
    """

    reference_number: str
    customer_id: str
    provider: str
    created_at: datetime

    def __post_init__(self) -> None:
        if self.provider == ENECO:
            check_data_owner(self.reference_number, "reference_number")
        else:
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
    and the references ``made`` for those that had none. ``data_owners`` are those that are new, or
    share since another instant.
    """

    new: tuple[Customer, ...]
    changed: tuple[Customer, ...]
    unchanged: tuple[Customer, ...]
    made: tuple[Reference, ...]
    data_owners: tuple[DataOwner, ...] = ()


def apply_changes(
    known: Iterable[Customer],
    references: Sequence[Reference],
    changes: Sequence[CustomerChange],
    *,
    provider: str,
    now: datetime,
    data_owners: Iterable[DataOwner] = (),
) -> Applied:
    """Apply ``changes``, one after the other, to the customers and ``data_owners`` that are known,
    and make a reference for each of the customers that has none with ``provider``, and for each
    new data owner.
    """
    before = {customer.customer_id: customer for customer in known}
    after: dict[str, Customer] = {}
    for change in changes:
        id_ = change.customer_id
        after[id_] = change.applied_to(after.get(id_, before.get(id_)))
    said = [shared for change in changes if (shared := change.shared()) is not None]
    owners = apply_shared(data_owners, said, provider=ENECO, now=now)
    touched = {owner.customer_id for owner in owners}
    there = {id_: customer for id_, customer in after.items() if id_ in before}
    changed = {id_ for id_, one in there.items() if one != before[id_] or id_ in touched}
    return Applied(
        new=tuple(customer for id_, customer in after.items() if id_ not in before),
        changed=tuple(customer for id_, customer in there.items() if id_ in changed),
        unchanged=tuple(customer for id_, customer in there.items() if id_ not in changed),
        made=(*_made(after.values(), references, provider, now), *_references(owners, references)),
        data_owners=tuple(owners),
    )


def _made(
    customers: Iterable[Customer], references: Iterable[Reference], provider: str, now: datetime
) -> list[Reference]:
    having = {one.customer_id for one in references if one.provider == provider}
    return [
        new_reference(customer, provider, now)
        for customer in customers
        if customer.customer_id not in having
    ]


def _references(owners: Iterable[DataOwner], references: Iterable[Reference]) -> list[Reference]:
    having = {(one.provider, one.reference_number) for one in references}
    return [
        Reference(
            reference_number=owner.data_owner,
            customer_id=owner.customer_id,
            provider=owner.provider,
            created_at=owner.created_at,
        )
        for owner in owners
        if (owner.provider, owner.data_owner) not in having
    ]
