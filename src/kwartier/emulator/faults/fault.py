"""What can go wrong with one call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FaultName(StrEnum):
    """As they are written. A status refuses the call, which then has not been carried out; any
    other fault befalls the reply of a call that has. ``ok`` lets a call of a script pass.
    """

    UNAUTHORISED = "401"
    FORBIDDEN = "403"
    TOO_MANY = "429"
    FAILED = "500"
    UNAVAILABLE = "503"
    SLOW_FIRST_BYTE = "slow-first-byte"
    SLOW_BODY = "slow-body"
    TRUNCATED_BODY = "truncated-body"
    RESET = "reset"
    DUPLICATE_SLICES = "duplicate-slices"
    OK = "ok"

    @property
    def is_status(self) -> bool:
        """Whether it is a refusal with this status."""
        return self.value.isdigit()


class Resource(StrEnum):
    """The systems behind the ESCO API whose outage a documented 503 tells."""

    MARKET = "market"
    MANDATE = "mandate"
    MEASUREMENT = "measurement"


WAITING: Final = frozenset({FaultName.SLOW_FIRST_BYTE, FaultName.SLOW_BODY})
"""Those that take the time that is written with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. ``str()`` writes it as it is read.

    ``retry_after`` is in seconds, sent as a number or (``as_date``) as an HTTP date;
    ``resource`` None is the one that fits the call; ``seconds`` are real ones.
    """

    name: FaultName
    retry_after: int | None = None
    as_date: bool = False
    resource: Resource | None = None
    seconds: float = 0.0

    def __str__(self) -> str:
        said = [] if self.resource is None else [self.resource.value]
        if self.retry_after is not None:
            said.append(f"retry-after{'-date' if self.as_date else ''}={self.retry_after}")
        if self.name in WAITING:
            said.append(f"{plain(self.seconds)}s")
        return f"{self.name}({','.join(said)})" if said else self.name.value


def plain(number: float) -> str:
    """With at most six decimals, none of them idle: ``2``, ``0.25``."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
