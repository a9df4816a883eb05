"""What an API key opens."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """A part of the API; each call needs one of them."""

    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    INVITATIONS_WRITE = "invitations:write"
    MANDATES_READ = "mandates:read"
    MEASUREMENTS_READ = "measurements:read"
    EVENTS_READ = "events:read"
    RECEIPTS_READ = "receipts:read"


ABOUT: Final = {
    Scope.CUSTOMERS_READ: "customers, how far they are, why one has no data, and of how many for "
    "which cause",
    Scope.CUSTOMERS_WRITE: "add customers and change them",
    Scope.INVITATIONS_WRITE: "invite customers, and read their links",
    Scope.MANDATES_READ: "mandates, their history, and metering points",
    Scope.MEASUREMENTS_READ: "values, revisions, coverage, totals and month peaks",
    Scope.EVENTS_READ: "changes of mandates as events",
    Scope.RECEIPTS_READ: "receipts of what was erased",
}
"""What each scope opens, in a line."""
