"""What the operator narrows a sync to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kwartier.ean_digests import digest_for_logs
from kwartier.errors import InputError
from kwartier.vocabulary.interval import Interval, intersect
from kwartier.vocabulary.mandate import Mandate, permissions

BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a history without a limit begins: nothing was measured before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """``points``: only these metering points (None: all). ``start``, ``end``: only what was
    measured between them, so insert-time fetches, which know no such bounds, are left out.
    ``force``: ask by read time for all that is permitted there, also what is settled.
    """

    points: frozenset[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    force: bool = False

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise InputError("end", "must be later than start", f"{self.end}")

    @property
    def is_bounded(self) -> bool:
        """Whether only some measured time is meant."""
        return self.start is not None or self.end is not None

    def bounds(self, history: Interval) -> Interval | None:
        """The part of ``history`` that is meant; None if there is none."""
        start = max(history.start, self.start or history.start)
        end = min(history.end, self.end or history.end)
        return Interval(start, end) if start < end else None

    def check(self, mandates: Sequence[Mandate], history: Interval) -> None:
        """Raise :class:`InputError` for a metering point that no mandate permits, and for a time
        that none does: nothing would be asked, and nobody would know why.
        """
        listed = "`kwartier mandates` lists what may be asked for"
        chosen = list(self.of(mandates))
        if self.points is not None:
            known = {mandate.metering_point for mandate in chosen}
            if missing := sorted(self.points - known):
                digests = ", ".join(map(digest_for_logs, missing))
                rule = f"no approved mandate permits {len(missing)} of {len(self.points)} points"
                raise InputError("points", rule, f"{digests}; {listed}")
        if self.is_bounded:
            bounds = self.bounds(history)
            permitted = permissions(chosen, until=history.end)
            if bounds is None or not any(intersect(p.intervals, [bounds]) for p in permitted):
                is_limited = history.start > BEGINNING
                kept = f"; the provider keeps what was measured since {history.start}"
                raise InputError(
                    "end" if self.start is None else "start",
                    "no mandate permits anything that was measured in that time",
                    listed + (kept if is_limited else ""),
                )

    def of(self, mandates: Iterable[Mandate]) -> Iterable[Mandate]:
        """The mandates of the metering points that are meant."""
        return (
            mandate
            for mandate in mandates
            if mandate.is_approved
            and (self.points is None or mandate.metering_point in self.points)
        )


EVERYTHING: Final = Focus()
