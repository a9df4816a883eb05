"""The answers of a batch in the order in which they are merged, and where each has the last word.

Fetches of one batch that could concern the same rows are merged one after the other, the oldest
first, so that it makes no difference how fetches are divided over commits. All others are merged
together, in one round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.measurements import Fetched, empty_measurements
from kwartier.vocabulary.fetch import Outcome, WindowKind
from kwartier.vocabulary.interval import Interval, subtract


@dataclass(frozen=True, slots=True)
class Answer:
    """One fetch of a batch with its number, its round and where it has the last word."""

    fetch_id: int
    round: int
    fetched: Fetched
    speech: tuple[tuple[str, Interval], ...]

    @property
    def rows(self) -> pa.Table:
        """The measurements of a successful fetch; none of any other."""
        if self.fetched.outcome is not Outcome.OK or self.fetched.table is None:
            return _NO_ROWS
        return self.fetched.table


def order_answers(batch: Sequence[Fetched], first_fetch_id: int) -> list[Answer]:
    """Number the fetches, the oldest first, and divide them into rounds."""
    ordered = sorted(batch, key=lambda fetched: fetched.fetched_at)
    together = Counter(_point(fetched) for fetched in ordered)
    before: dict[tuple[str, str], list[tuple[Interval, int]]] = {}
    answers = []
    for offset, fetched in enumerate(ordered):
        answer = Answer(first_fetch_id + offset, 0, fetched, _speech(fetched))
        if together[_point(fetched)] > 1:
            answer = _after(answer, before.setdefault(_point(fetched), []))
        answers.append(answer)
    return answers


def _point(fetched: Fetched) -> tuple[str, str]:
    return fetched.fetch.provider, fetched.fetch.metering_point


def _after(answer: Answer, before: list[tuple[Interval, int]]) -> Answer:
    """The answer in the first round after those ``before`` that it overlaps."""
    reach = _reach(answer)
    if reach is None:
        return answer
    round_ = 1 + max((r for other, r in before if other.overlaps(reach)), default=-1)
    before.append((reach, round_))
    return Answer(answer.fetch_id, round_, answer.fetched, answer.speech)


def _speech(fetched: Fetched) -> tuple[tuple[str, Interval], ...]:
    """Where the fetch has the last word, also on what is absent."""
    fetch = fetched.fetch
    if fetched.outcome is not Outcome.OK or fetch.kind is not WindowKind.READ_TIME:
        return ()
    if any(part.interval is None for part in fetched.undecoded):
        return ()
    unread = [part.interval for part in fetched.undecoded if part.interval is not None]
    silent = [*unread, *fetched.unsaid]
    return tuple(
        (str(scope.granularity), piece)
        for scope in fetch.scopes
        for piece in subtract([scope.interval], silent)
    )


def _reach(answer: Answer) -> Interval | None:
    """The stretch of measured time that the answer can touch; None if it touches nothing."""
    starts: list[datetime] = [interval.start for _, interval in answer.speech]
    ends: list[datetime] = [interval.end for _, interval in answer.speech]
    if answer.rows.num_rows:
        starts.append(pc.min(answer.rows["start"]).as_py())
        ends.append(pc.max(answer.rows["end"]).as_py())
    return Interval(min(starts), max(ends)) if starts else None


_NO_ROWS = empty_measurements()
