"""What happened to a mandate, in a sentence of the customer's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from kwartier.events import Event
from kwartier.registry import ChangeKind, FieldChange
from kwartier.registry.ledger import IS_AMBIGUOUS
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.languages import Words
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import BRUSSELS, day_interval, day_of, parse_instant

_TOLD = ("status", "period_start", "period_end", "expires_at", "renewal_status")
_INSTANTS = frozenset({"period_start", "period_end", "expires_at"})
_KINDS = {
    ChangeKind.FIRST_SEEN: "first_seen",
    ChangeKind.VANISHED: "vanished",
    ChangeKind.RETURNED: "returned",
}


def day_text(moment: datetime | date | None) -> str:
    """A local day as Belgians write it; nothing for an open end."""
    if moment is None or moment in (BEGINNING, END):
        return ""
    local = moment.astimezone(BRUSSELS) if isinstance(moment, datetime) else moment
    return f"{local:%d/%m/%Y}"


def last_day_text(end: datetime | None) -> str:
    """The last local day before ``end``; nothing for an open one."""
    return "" if end is None or end == END else day_text(end - timedelta(microseconds=1))


def time_text(moment: datetime | None) -> str:
    """A local day and, unless it is midnight, the time."""
    if moment is None or moment in (BEGINNING, END):
        return ""
    local = moment.astimezone(BRUSSELS)
    return day_text(moment) if not (local.hour or local.minute) else f"{local:%d/%m/%Y %H:%M}"


def stretches_text(parts: Iterable[Interval], words: Words) -> str:
    """Stretches of time, one after the other."""
    return ", ".join(stretch_text(part, words) for part in parts)


def stretch_text(part: Interval, words: Words) -> str:
    """From when to when: until the last day where it ends with one; in words where it is open."""
    start = time_text(part.start) or words.text("beginning")
    if part.end == END:
        return words.text("stretch", start=start, end=words.text("now"))
    if part.end == day_interval(day_of(part.end, ""), "").start:
        return words.text("stretch_days", start=start, end=last_day_text(part.end))
    return words.text("stretch", start=start, end=time_text(part.end))


def event_text(event: Event, words: Words) -> str:
    """What changed of a mandate."""
    change = event.entry.change
    if change.kind is ChangeKind.RETRACTED:
        what = ", ".join(_erased(field, words) for field in change.fields)
        return words.text("retracted", what=what)
    said = [words.text(_KINDS[change.kind])] if change.kind in _KINDS else []
    said += [_field(field, words) for field in change.fields if field.field in _TOLD]
    if any(field.field == IS_AMBIGUOUS and field.after == "true" for field in change.fields):
        said.append(words.term(IS_AMBIGUOUS))
    return "; ".join(said) or "EAN"


def _erased(field: FieldChange, words: Words) -> str:
    start, end = (parse_instant(text, "start") for text in (field.before or "").split("/"))
    return f"{words.term(field.field)} {stretch_text(Interval(start, end), words)}"


def _field(change: FieldChange, words: Words) -> str:
    before, after = (_value(change.field, text, words) for text in (change.before, change.after))
    field = words.term(change.field)
    if change.before is None:
        return words.text("set", field=field, after=after)
    return words.text("changed", field=field, before=before, after=after)


def _value(name: str, text: str | None, words: Words) -> str:
    if text is None:
        return words.text("none")
    return time_text(parse_instant(text, name)) if name in _INSTANTS else words.term(text)
