"""Receipts of what was erased: each carries the hash of the one before, and no value or EAN."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

import msgspec

from kwartier.retention.order import Reason
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

FIRST: Final = "0" * 64
"""Stands where the hash before the first receipt would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased of one granularity of a metering point, or of what was noted of somebody,
    and why: what a receipt is made of.

    ``erased_at`` is the provider's time. ``metering_point`` and ``reference`` (of the mandate that
    it followed from) are digests with a key that stays with the store; ``key`` names it. ``values``
    and ``revisions`` are rows, ``days`` local days: all of them lay wholly within ``bounds``.
    ``suppressed`` is what of the mandate's time is not fetched again, where a person had it erased.
    Of what was noted of a customer or a data owner there is no ``granularity``: ``energy_type``
    says what it was (a :class:`~kwartier.retention.details.DetailKind`), ``metering_point`` stands
    for whose.
    """

    erased_at: datetime
    reason: Reason
    key: str
    metering_point: str
    reference: str
    energy_type: str
    granularity: Granularity | None
    bounds: tuple[Interval, ...]
    suppressed: tuple[Interval, ...]
    values: int
    revisions: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Erasure):
    """An erasure in the chain: ``number`` counts from 1, ``previous`` is the hash of the receipt
    before.
    """

    number: int
    previous: str
    hash: str

    def content(self) -> dict[str, Any]:
        """The receipt as JSON has it, without its hash; instants are ISO 8601 in UTC."""
        content = self.members()
        del content["hash"]
        return content | {
            "erased_at": _text(self.erased_at),
            "bounds": _stretches(self.bounds),
            "suppressed": _stretches(self.suppressed),
        }

    def members(self) -> dict[str, Any]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def line(self) -> bytes:
        """The receipt as one line of JSON, without the line's end."""
        return msgspec.json.encode(self.content() | {"hash": self.hash}, order="sorted")

    def own_hash(self) -> str:
        """What its hash must be."""
        return _hash(self.content())

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Self:
        """Read a receipt as :meth:`line` writes it. Raises ValueError, TypeError or KeyError for
        anything else.
        """
        granularity = members["granularity"]
        return cls(
            **{
                **members,
                "erased_at": _instant(members["erased_at"]),
                "reason": Reason(members["reason"]),
                "granularity": None if granularity is None else Granularity(granularity),
                "bounds": _intervals(members["bounds"]),
                "suppressed": _intervals(members["suppressed"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: at the receipt ``number``, and ``why``."""

    number: int
    why: str


def chain(erasures: Iterable[Erasure], last: Receipt | None) -> list[Receipt]:
    """Receipts for ``erasures``, in order, that go on from ``last``."""
    receipts: list[Receipt] = []
    for erasure in erasures:
        before = receipts[-1] if receipts else last
        members = {field.name: getattr(erasure, field.name) for field in fields(Erasure)}
        draft = Receipt(
            number=before.number + 1 if before else 1,
            previous=before.hash if before else FIRST,
            hash="",
            **members,
        )
        receipts.append(replace(draft, hash=draft.own_hash()))
    return receipts


def verify_chain(receipts: Sequence[Receipt]) -> Break | None:
    """The first receipt that does not follow from the one before, or was altered; None: all do."""
    previous = FIRST
    for number, receipt in enumerate(receipts, 1):
        if receipt.number != number:
            return Break(number, f"receipt {receipt.number} stands in its place")
        if receipt.previous != previous:
            return Break(number, "it does not carry the hash of the receipt before")
        if receipt.hash != receipt.own_hash():
            return Break(number, "its content does not have its hash: it was altered")
        previous = receipt.hash
    return None


def how_broken(kept: Sequence[Receipt], beside: Sequence[Receipt]) -> str | None:
    """Why the receipts in a store and in the file beside it do not hang together; None: they do."""
    for where, receipts in (("the store", kept), ("the file", beside)):
        broken = verify_chain(receipts)
        if broken is not None:
            return f"in {where}, receipt {broken.number}: {broken.why}"
    for place, (one, other) in enumerate(zip(kept, beside, strict=False), 1):
        if one != other:
            return f"receipt {place} is another in the store than in the file"
    if len(kept) != len(beside):
        return f"the store has {len(kept)}, the file {len(beside)}"
    return None


def keyed_digest(text: str, key: bytes) -> str:
    """Stands for an EAN or a reference number; without the key nobody can tell which."""
    return hashlib.blake2b(text.encode(), digest_size=16, key=key).hexdigest()


def name_of_key(key: bytes) -> str:
    """Tells one store's key from another's, and nothing else of it."""
    return keyed_digest("the key of the receipts", key)[:8]


def _hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _stretches(intervals: Iterable[Interval]) -> list[list[str]]:
    return [[_text(part.start), _text(part.end)] for part in intervals]


def _intervals(stretches: Iterable[tuple[str, str]]) -> tuple[Interval, ...]:
    return tuple(Interval(_instant(start), _instant(end)) for start, end in stretches)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
