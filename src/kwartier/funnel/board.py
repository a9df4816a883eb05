"""All customers with how far they have come, in memory: lists and searches are answered at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from kwartier.analysis import ArrivalPolicy
from kwartier.analysis.expectation import DEFAULT_ARRIVAL
from kwartier.funnel.building import Plan, build_rows
from kwartier.funnel.causes import Cause
from kwartier.funnel.places import Sorting
from kwartier.funnel.progress import progress_of
from kwartier.funnel.reading import facts_of
from kwartier.funnel.reasons import CauseCount, explaining
from kwartier.funnel.rows import Rows, Wanted
from kwartier.funnel.stages import Need, Progress, Stage
from kwartier.funnel.trouble import Trouble, troubles
from kwartier.office import Office
from kwartier.retention import RetentionPolicy
from kwartier.store.port import Store

_OLDEST: Final = timedelta(minutes=15)
_BUSY_SHARE: Final = 5
"""How many times as long as a rebuild took it rests before the next."""
_MANY: Final = 2_000
"""Of so many customers it costs less to begin a process than to let others wait for this one."""

Seen = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The customers that were asked for: ``total`` of them, of which ``rows`` are a page.

    ``counts_by_stage`` are those that all other filters let through. ``as_of`` is when the board
    was built; None: it never was.
    """

    total: int
    rows: tuple[Progress, ...]
    counts_by_stage: Mapping[Stage, int]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class _State:
    rows: Rows
    as_of: datetime | None = None
    seen: Seen = ()


class Board:
    """The board of the ``store`` in the file at ``store_path`` and its ``office``, judged by
    ``clock`` (the provider's time).

    Rebuild it with :meth:`refresh` while others ask: they see the board as it was.
    """

    def __init__(
        self,
        store: Store,
        office: Office,
        clock: Callable[[], datetime],
        *,
        store_path: Path,
        arrival: ArrivalPolicy = DEFAULT_ARRIVAL,
        policy: RetentionPolicy | None = None,
    ) -> None:
        self._store, self._office, self._clock = store, office, clock
        self._arrival, self._policy = arrival, policy or RetentionPolicy()
        self._explain = explaining(store, arrival)
        self._store_path, self._took = store_path, 0.0
        self._files = [
            path.with_name(path.name + end)
            for path, ends in ((store_path, ("", ".wal")), (office.path, ("", "-wal")))
            for end in ends
        ]
        self._state = _State(Rows.of([], self._explain))
        self._rebuilding = threading.Lock()
        self._changing = threading.Lock()
        self._fresh: set[str] = set()

    @property
    def as_of(self) -> datetime | None:
        """When it was built; None: it never was."""
        return self._state.as_of

    @property
    def pause(self) -> timedelta:
        """How long to rest after a rebuild, so that it takes a small share of the time."""
        return timedelta(seconds=max(2.0, _BUSY_SHARE * self._took))

    @property
    def is_large(self) -> bool:
        """Whether there are so many customers that a process of its own should look at them."""
        return self._store.count_customers() >= _MANY

    def is_stale(self) -> bool:
        """Whether store or office changed since it was built, or too much time went by."""
        state = self._state
        if state.as_of is None or self._seen() != state.seen:
            return True
        return abs(self._clock() - state.as_of) >= _OLDEST

    def refresh(self, build: Callable[[Plan], Rows] | None = None) -> None:
        """Build it anew: in this thread, or as ``build`` does. If that fails, it is as it was."""
        with self._rebuilding:
            began, seen, plan = perf_counter(), self._seen(), self._plan()
            with self._changing:
                self._fresh = set()
            try:
                rows = build_rows(plan, self._store) if build is None else build(plan)
            finally:
                self._took = perf_counter() - began
            with self._changing:
                self._state = _State(rows, plan.at, seen)
                missed = self._fresh
        for customer_id in missed:  # what changed while the store was being read
            self.refresh_customer(customer_id)

    def refresh_customer(self, customer_id: str) -> Progress | None:
        """Look at one customer anew; how far it has come, None if there is none of that id."""
        facts = facts_of(
            self._store,
            self._office,
            customer_id,
            now=self._clock(),
            arrival=self._arrival,
            policy=self._policy,
        )
        found = None if facts is None else Rows.of([facts], self._explain)
        with self._changing:
            self._fresh.add(customer_id)
            state = self._state
            rows = state.rows.with_one(customer_id, found)
            self._state = _State(rows, state.as_of, state.seen)
        return None if facts is None else progress_of(facts)

    def find(
        self,
        *,
        text: str = "",
        stage: Stage | None = None,
        provider: str | None = None,
        flow: str | None = None,
        cause: Cause | None = None,
        needs_work: bool | Collection[Need] = False,
        order: Sorting = Sorting.SINCE,
        offset: int = 0,
        limit: int | None = 50,
    ) -> Found:
        """A page of the customers that are asked for; see :class:`Wanted`. ``needs_work``: those
        with any need, or with any of some. Without a ``limit`` all from ``offset`` on.
        """
        state = self._state
        needs = frozenset(Need if needs_work is True else needs_work or ())
        wanted = Wanted(
            text=text,
            stage=stage,
            provider=provider,
            flow=flow,
            needs=needs or None,
            cause=cause,
            told=() if cause is None else tuple(self.troubles()),
        )
        mask, counts = state.rows.match(wanted)
        return Found(
            total=int(mask.sum()),
            rows=tuple(state.rows.page(mask, order, offset, limit)),
            counts_by_stage=counts,
            as_of=state.as_of,
        )

    def causes(self) -> list[CauseCount]:
        """How many customers have each cause of why there is no data, as the runs are now."""
        return self._state.rows.causes(self.troubles())

    def troubles(self) -> list[Trouble]:
        """What ails the last runs."""
        return troubles(self._office)

    def needing(self) -> dict[Need, int]:
        """How many customers have each need."""
        return self._state.rows.needing()

    def _plan(self) -> Plan:
        return Plan(
            store=self._store_path,
            office=self._office.path,
            at=self._clock(),
            arrival=self._arrival,
            policy=self._policy,
        )

    def _seen(self) -> Seen:
        return tuple(map(_stat, self._files))


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
