"""The ledger of consents: each change of each mandate, from its first sight on.

The registry's present state is the ledger replayed: :func:`replay` turns the changes, in order,
into the known mandates, and :func:`changes_between` is its inverse, a step at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from kwartier.registry.known_mandate import KnownMandate
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import Mandate

IS_AMBIGUOUS: Final = "is_ambiguous"
MANDATE_FIELDS: Final = tuple(field.name for field in fields(Mandate))
_INSTANTS: Final = frozenset({"period_start", "period_end", "expires_at"})


class ChangeKind(StrEnum):
    """What happened to a mandate: seen for the first time, stated differently, no longer listed
    (by itself no proof that it ended), or listed again; or values that it no longer lets be held
    were erased, which changes nothing of the mandate itself.
    """

    FIRST_SEEN = "first_seen"
    CHANGED = "changed"
    VANISHED = "vanished"
    RETURNED = "returned"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a mandate, as text; None where there is no value.

    Instants are ISO 8601 in UTC; granularities are joined by commas; a flag is ``true`` or
    ``false``. Of what was retracted the field is the granularity, before it was the stretch of
    measured time, start and end divided by a slash, and after it nothing.
    """

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class MandateChange:
    """What one list of the provider, stated at ``seen_at``, changed of one mandate.

    ``fields`` are those that differ, at first sight those that have a value.
    """

    mandate_id: int
    seen_at: datetime
    kind: ChangeKind
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A change as it is kept: numbered in order, with an identifier that is unique everywhere."""

    entry_id: int
    message_id: str
    change: MandateChange


def changes_between(
    before: Iterable[KnownMandate], after: Iterable[KnownMandate], seen_at: datetime
) -> list[MandateChange]:
    """What turns the known mandates ``before`` into those ``after``, by mandate id."""
    known = {one.mandate_id: one for one in before}
    changes = (_change(known.get(one.mandate_id), one, seen_at) for one in after)
    found = [change for change in changes if change is not None]
    return sorted(found, key=lambda change: change.mandate_id)


def replay(
    changes: Iterable[MandateChange], onto: Iterable[KnownMandate] = ()
) -> list[KnownMandate]:
    """The known mandates after ``changes``, given in order, beginning with those of ``onto``."""
    known = {one.mandate_id: one for one in onto}
    for change in changes:
        known[change.mandate_id] = apply(change, known.get(change.mandate_id))
    return sorted(known.values(), key=lambda one: one.mandate_id)


def apply(change: MandateChange, known: KnownMandate | None) -> KnownMandate:
    """The mandate after ``change``; ``known`` is None for one that was never seen before."""
    if change.kind is ChangeKind.RETRACTED and known is not None:
        return known
    said = {one.field: _value(one.field, one.after) for one in change.fields}
    is_ambiguous = said.pop(IS_AMBIGUOUS, known.is_ambiguous if known else False)
    if known is None:
        return KnownMandate(
            mandate_id=change.mandate_id,
            mandate=Mandate(**said),
            first_seen_at=change.seen_at,
            changed_at=change.seen_at,
            is_ambiguous=is_ambiguous,
        )
    missing_since = {
        ChangeKind.VANISHED: change.seen_at,
        ChangeKind.RETURNED: None,
    }.get(change.kind, known.missing_since)
    return replace(
        known,
        mandate=replace(known.mandate, **said),
        changed_at=change.seen_at if said else known.changed_at,
        is_ambiguous=is_ambiguous,
        missing_since=missing_since,
    )


def _change(
    before: KnownMandate | None, after: KnownMandate, seen_at: datetime
) -> MandateChange | None:
    was = _texts(before) if before else {IS_AMBIGUOUS: "false"}
    differing = tuple(
        FieldChange(name, was.get(name), text)
        for name, text in _texts(after).items()
        if was.get(name) != text
    )
    kind = _kind(before, after)
    if kind is ChangeKind.CHANGED and not differing:
        return None
    return MandateChange(after.mandate_id, seen_at, kind, differing)


def _kind(before: KnownMandate | None, after: KnownMandate) -> ChangeKind:
    if before is None:
        return ChangeKind.FIRST_SEEN
    if before.missing_since is None and after.missing_since is not None:
        return ChangeKind.VANISHED
    if before.missing_since is not None and after.missing_since is None:
        return ChangeKind.RETURNED
    return ChangeKind.CHANGED


def _texts(known: KnownMandate) -> Mapping[str, str | None]:
    texts = {name: _text(getattr(known.mandate, name)) for name in MANDATE_FIELDS}
    return texts | {IS_AMBIGUOUS: "true" if known.is_ambiguous else "false"}


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset):
        return ",".join(sorted(map(str, value))) or None
    return None if value is None else str(value)


def _value(field: str, text: str | None) -> Any:
    if field == "granularities":
        return frozenset(map(Granularity, text.split(","))) if text else frozenset()
    if field == IS_AMBIGUOUS:
        return text == "true"
    return datetime.fromisoformat(text) if text and field in _INSTANTS else text
