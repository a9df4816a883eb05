"""What may be held, worked out from the emulator's own list of mandates and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.local_time import day_start
from truth.story import Consent, Deed

Span = tuple[datetime, datetime]
Spans = Mapping[tuple[str, str], list[Span]]

_END: Final = datetime(2200, 1, 1, tzinfo=UTC)
_STANDS: Final = ("Approved", "Finished")
_DAY, _ALL = ("P1D",), ("P1D", "PT15M", "PT1H")
_OPENED: Final = {"VH_dag": _DAY, "VH_kwartier_uur": _ALL[1:], "VH_onbepaald": _ALL}


def spans(mandates: Iterable[Mapping[str, Any]]) -> Spans:
    """The periods that let slices be held, by EAN and granularity: of mandates that stand, that
    merely expired, and that were finished, for these wait for a person.
    """
    found: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    for each in mandates:
        if each["status"] in _STANDS and each["dataPeriodFrom"] is not None:
            end = each.get("dataPeriodTo")
            span = (_instant(each["dataPeriodFrom"]), _END if end is None else _instant(end))
            for granularity in _OPENED.get(each["dataServiceType"], ()):
                found[each["ean"], granularity].append(span)
    return found


def spans_of_consents(deeds: Iterable[Deed]) -> Spans:
    """The periods of all contracts with data owners that there ever were: what was held of one
    that has ended waits for a person.
    """
    found: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    for deed in deeds:
        if isinstance(deed, Consent):
            span = day_start(deed.start, HEAT), day_start(deed.end, HEAT)
            found[deed.owner, "PT1H"].append(span)
    return found


def outside(rows: Iterable[Mapping[str, Any]], allowed: Spans) -> list[Mapping[str, Any]]:
    """The rows whose slice lies wholly inside none of the periods."""
    return [
        row
        for row in rows
        if not any(
            start <= row["start"] and row["end"] <= end
            for start, end in allowed.get((row["metering_point"], row["granularity"]), ())
        )
    ]


def found_in_bytes(folder: Path, words: Iterable[str]) -> set[str]:
    """Which of these words stand in the bytes of any file below ``folder``."""
    left = {word: word.encode() for word in words}
    found: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and left:
            content = path.read_bytes()
            here = {word for word, written in left.items() if written in content}
            found |= here
            left = {word: written for word, written in left.items() if word not in here}
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
