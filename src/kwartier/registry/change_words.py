"""What happened to a mandate, in words for the provider's own people."""

from __future__ import annotations

from typing import Final

from kwartier.registry.ledger import IS_AMBIGUOUS, ChangeKind, FieldChange, MandateChange
from kwartier.vocabulary.local_time import BRUSSELS, parse_instant

_IDENTITY: Final = frozenset(
    {
        "provider",
        "contract_number",
        "reference_number",
        "data_service_type",
        "metering_point",
        "energy_type",
        "granularities",
    }
)
_INSTANTS: Final = frozenset({"period_start", "period_end", "expires_at"})
_WORDS: Final = {
    ChangeKind.FIRST_SEEN: "first seen",
    ChangeKind.VANISHED: "no longer listed",
    ChangeKind.RETURNED: "listed again",
    ChangeKind.RETRACTED: "values erased",
}


def change_words(change: MandateChange) -> str:
    """What changed of a mandate: the kind, then each field but those that tell which it is."""
    words = [_WORDS[change.kind]] if change.kind in _WORDS else []
    if change.kind is ChangeKind.RETRACTED:
        return "; ".join([*words, *map(_stretch, change.fields)])
    words += [_field(each) for each in change.fields if each.field not in _IDENTITY]
    return "; ".join(words) or "EAN told"


def _stretch(change: FieldChange) -> str:
    start, end = (_plain("period_start", text) for text in (change.before or "").split("/"))
    return f"{change.field} {start} → {end}"


def _field(change: FieldChange) -> str:
    if change.field == IS_AMBIGUOUS:
        return "could not be told apart from another"
    word = change.field.replace("_", " ")
    before, after = (_plain(change.field, text) for text in (change.before, change.after))
    return f"{word} {after}" if before is None else f"{word} {before} → {after or 'none'}"


def _plain(name: str, text: str | None) -> str | None:
    if text is None or name not in _INSTANTS:
        return text
    at = parse_instant(text, name).astimezone(BRUSSELS)
    return f"{at:%Y-%m-%d}" if at.hour == at.minute == 0 else f"{at:%Y-%m-%d %H:%M}"
