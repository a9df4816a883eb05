"""Customers of the energy service provider and the reference numbers they act under."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from kwartier.errors import InputError

_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,35}")
_ENTERPRISE = re.compile(r"[0-9]{9,10}")
_LANGUAGES = ("nl", "en", "fr", "de")
FLOWS = ("B2C", "B2B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """``customer_id`` is the provider's own; ``label`` a name to show; ``flow`` B2C or B2B."""

    customer_id: str
    label: str = ""
    flow: str = "B2C"
    enterprise_number: str | None = None
    language: str = "nl"
    contact: str | None = None

    def __post_init__(self) -> None:
        if not self.customer_id.strip():
            raise InputError("customer_id", "must not be empty")
        if self.flow not in FLOWS:
            raise InputError("flow", "must be B2C or B2B", f"got {self.flow!r}")
        if self.enterprise_number and not _ENTERPRISE.fullmatch(self.enterprise_number):
            raise InputError("enterprise_number", "must have 9 or 10 digits")
        if self.language not in _LANGUAGES:
            raise InputError("language", f"must be one of {', '.join(_LANGUAGES)}")


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
