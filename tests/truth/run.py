"""Carrying out a story: a sync after each moment, with faults, kills and full disks."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kwartier.errors import KwartierError
from kwartier.store import Store, open_store
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_interval, day_of
from truth.compare import Tally, compare, held_of, touched_by
from truth.keeper import Aim, Children, Keeper, drawn_attack
from truth.permitted import found_in_bytes, outside, spans
from truth.story import CAPPING, DAY, Finish, Happen, Story
from truth.world import World

AT_ONCE: Final = 5
PROVIDER_KEEPS: Final = 3 * 365 * DAY
_CALM: Final = ""
_LEFT_BEHIND: Final = ("Traceback", "Segmentation", "terminate called")


@dataclass(slots=True)
class Figures:
    """What a run came to so far; kept beside the store, so that a run can be gone on with."""

    next: int = 0
    syncs: int = 0
    ended_by_fault: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    failed: int = 0
    interrupted: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    unclear: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    checks: int = 0
    beyond_in_revisions: int = 0
    ids_in_bytes: int = 0
    ids_looked_for: int = 0
    ids_of_control: int = 0
    meter_ids: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    clock_changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    injected: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    seconds_syncing: float = 0.0
    seconds_comparing: float = 0.0
    peak_mebibytes: float = 0.0

    @property
    def kills(self) -> int:
        return sum(n for aim, n in self.interrupted.items() if aim != Aim.FULL)

    @property
    def full_disks(self) -> int:
        return self.interrupted[Aim.FULL.value]

    @property
    def holds(self) -> bool:
        """Whether nothing at all was wrong."""
        wrong = self.beyond_in_revisions or self.ids_in_bytes or self.unclear
        exact = all(day["differing"] == 0 for day in self.clock_changes.values())
        return self.tally.holds and not wrong and exact

    def save(self, path: Path) -> None:
        members = {each.name: getattr(self, each.name) for each in fields(self)}
        members["tally"] = self.tally.counts()
        path.with_suffix(".new").write_text(json.dumps(members), encoding="utf-8")
        path.with_suffix(".new").replace(path)

    @classmethod
    def load(cls, path: Path) -> Figures:
        if not path.exists():
            return cls()
        members = json.loads(path.read_text(encoding="utf-8"))
        for name in ("ended_by_fault", "interrupted", "injected", "calls"):
            members[name] = Counter(members[name])
        return cls(**members | {"tally": Tally(**members["tally"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong: the ``faults`` of the provider, so many ``kills`` and ``full_disks``."""

    faults: str = ""
    kills: int = 0
    full_disks: int = 0
    publish: bool = True


class Run:
    """One story, one store in ``folder``, one emulator."""

    def __init__(
        self, folder: Path, world: World, story: Story, trouble: Trouble, *, seed: int = 0
    ) -> None:
        self.folder, self.world, self.story, self.trouble = folder, world, story, trouble
        self.seed = seed
        self.home = folder / "store"
        self.home.mkdir(exist_ok=True, parents=True)
        self.path = self.home / "kwartier.duckdb"
        self.store: Store = open_store(self.path, create=True)
        published = self.home / "published" if trouble.publish else None
        self.children = Children(folder, self.path, publish=published)
        self.figures = Figures.load(folder / "figures.json")
        world.injected, world.seen = self.figures.injected, self.figures.calls

    def carry_out(self, watch: Callable[[Figures], None] = lambda _figures: None) -> Figures:
        """From where it stands to the end; ``watch`` is told after every sync."""
        first = self.figures.next
        self.world.go_to(self.story.moments[max(0, first - 1)])
        os.environ.update(self.world.env)
        if self.trouble.kills or self.trouble.full_disks:
            self.children.warm_up()
        with Keeper(self.store, self.world.env) as keeper:
            for number in range(first, len(self.story.moments)):
                began = time.monotonic()
                self._moment(number, keeper)
                self.figures.next = number + 1
                self.figures.seconds += time.monotonic() - began
                self.figures.save(self.folder / "figures.json")
                watch(self.figures)
        return self.figures

    def _moment(self, number: int, keeper: Keeper) -> None:
        now, deeds = self.story.moments[number], self.story.deeds.get(number, ())
        if number:
            self._keep_what_is_finished(number, keeper)
        self.world.go_to(now)
        for deed in deeds:
            self.world.do(deed)
        if self.trouble.faults:
            self._fail(number)
        for aim in self._aims(number):
            self._attack(number, aim)
        self._sync(keeper, now)
        if number in self.story.checks:
            self._settle(keeper, now)
            self._check(number, now)
        if self.trouble.faults:
            self.world.fail(_CALM)

    def _fail(self, number: int) -> None:
        """Chance begins anew with a plan, so that each day's plan is a trace unlike the others."""
        spec = self.trouble.faults.replace("401=1.5%", f"401={1.5 + number / 1e6:.6f}%")
        self.world.fail(spec)

    def _sync(self, keeper: Keeper, now: datetime) -> int:
        """One sync; how many requests failed, -1 if it ended by a fault of the provider."""
        began = time.monotonic()
        self.figures.syncs += 1
        try:
            report = keeper.sync(now)
        except KwartierError as error:
            self.figures.ended_by_fault[type(error).__name__] += 1
            return -1
        finally:
            self.figures.seconds_syncing += time.monotonic() - began
        self.figures.requests += report.fetches
        self.figures.failed += report.failed
        return report.failed

    def _settle(self, keeper: Keeper, now: datetime) -> None:
        """A sync that nothing disturbs: what failed before is asked again."""
        if self.trouble.faults:
            self.world.fail(_CALM)
            failed = self._sync(keeper, now)
            assert failed == 0, f"{failed} requests failed though nothing was made to fail"

    def _keep_what_is_finished(self, number: int, keeper: Keeper) -> None:
        """What a mandate opens just before it is finished is held as it is from then on."""
        deeds = self.story.deeds.get(number, ())
        eans = {deed.grant.ean for deed in deeds if isinstance(deed, Finish)}
        if any(isinstance(deed, Happen) and deed.kind == "contract-ended" for deed in deeds):
            eans = set(self.story.eans)
        if eans:
            self._settle(keeper, self.story.moments[number - 1])
        for ean in sorted(eans):
            truth = self.world.truth([ean])
            self._keep(ean, truth.filter(truth["permitted"]))

    def _keep(self, ean: str, standing: pa.Table) -> None:
        """Beside what was kept before of time that is not permitted any more."""
        path = self._kept_path(ean)
        if path.exists():
            before = pq.read_table(path)
            moments = pc.is_in(before["start"], value_set=standing["start"].combine_chunks())
            rest = before.filter(pc.invert(moments))
            standing = pa.concat_tables([_plain(standing), rest])
        pq.write_table(_plain(standing), path)

    def _kept(self, eans: Sequence[str]) -> pa.Table | None:
        paths = [path for ean in eans if (path := self._kept_path(ean)).exists()]
        return pa.concat_tables([pq.read_table(path) for path in paths]) if paths else None

    def _kept_path(self, ean: str) -> Path:
        return self.folder / f"kept-{ean}.parquet"

    def _aims(self, number: int) -> Iterator[Aim]:
        """The attacks of a moment: spread over what is left of the story."""
        dice = random.Random(f"{self.seed}/aims/{number}")
        left = len(self.story.moments) - number
        for wanted, done, is_full in (
            (self.trouble.kills, self.figures.kills, False),
            (self.trouble.full_disks, self.figures.full_disks, True),
        ):
            tries = 3.0 if is_full else 1.6  # a disk that is full enough to matter is rarer
            share = tries * (wanted - done) / max(3, left - 3)
            for _ in range(int(share) + (dice.random() < share % 1)):
                yield Aim.FULL if is_full else dice.choice(self._kinds(number))

    def _kinds(self, number: int) -> list[Aim]:
        """What can be interrupted now: the file is written anew only where something goes."""
        kinds = [Aim.ANYTIME, Aim.ANYTIME, Aim.COMMIT]
        kinds += [Aim.PUBLISHING] if self.trouble.publish else []
        deeds = self.story.deeds.get(number, ())
        caps = any(isinstance(deed, Happen) and deed.kind in CAPPING for deed in deeds)
        return [Aim.REWRITE] if caps else kinds

    def _attack(self, number: int, aim: Aim) -> None:
        dice = random.Random(f"{self.seed}/attack/{number}/{aim}/{self.figures.kills}")
        ended = self.children.attacked(self.world.env, drawn_attack(dice, aim))
        self.figures.peak_mebibytes = max(self.figures.peak_mebibytes, ended.peak_mebibytes)
        if ended.hit is None:
            self.figures.missed += 1
        else:
            self.figures.interrupted[ended.hit] += 1
        if any(word in ended.said for word in _LEFT_BEHIND):
            told = f"sync {number}, {aim}, exit {ended.code}: {ended.said[-1500:]}"
            self.figures.unclear = [*self.figures.unclear, told][-10:]

    def _check(self, number: int, now: datetime) -> None:
        """A third of the metering points in turn; all of them at the end."""
        began = time.monotonic()
        is_whole = number >= len(self.story.moments) - 4
        eans = [
            ean
            for place, ean in enumerate(self.story.eans)
            if is_whole or place % 3 == self.figures.checks % 3
        ]
        self.figures.checks += 1
        for first in range(0, len(eans), AT_ONCE):
            self._check_some(eans[first : first + AT_ONCE], now, is_whole=is_whole)
        self._check_limits(eans)
        self.figures.seconds_comparing += time.monotonic() - began

    def _check_some(self, eans: Sequence[str], now: datetime, *, is_whole: bool) -> None:
        truth, held, kept = self.world.truth(eans), held_of(self.store, eans), self._kept(eans)
        since = now - PROVIDER_KEEPS + 2 * DAY
        unsettled = self.story.unsettled(now)
        found = compare(held, truth, kept, now=now, since=since, unsettled=unsettled)
        told = [str(touched_by(self.store, each)) for each in found.examples[:3]]
        self.figures.differences = [*self.figures.differences, *told][:30]
        self.figures.tally.add(found)
        ids = pc.unique(truth.filter(truth["permitted"])["meter_id"].cast(pa.string()))
        known = {*self.figures.meter_ids, *(name for name in ids.to_pylist() if name)}
        self.figures.meter_ids = sorted(known)
        if is_whole:
            for day, start, end in clock_changes(self.story, since):
                on_day = [_between(table, start, end) for table in (held, truth, kept)]
                part = compare(*on_day, now=now, since=since, unsettled=unsettled)
                told_day = self.figures.clock_changes.setdefault(
                    day, {"compared": 0, "differing": 0, "quarters": 0, "hours": 0}
                )
                told_day["compared"] += part.compared
                told_day["differing"] += sum(part.counts().values()) - part.compared
                for name, unit in (("quarters", "PT15M"), ("hours", "PT1H")):
                    told_day[name] = max(told_day[name], _slices(on_day[0], unit))

    def _check_limits(self, eans: Sequence[str]) -> None:
        """Nothing past a cap in the revisions, and no meter in the bytes whose every value had to
        go.
        """
        listed = self.world.control("GET", "mandates?environment=sandbox")["mandates"]
        allowed = spans(listed)
        revisions = self.store.revisions(tuple(eans)).select(
            ["metering_point", "granularity", "start", "end", "meter_id"]
        )
        beyond = outside(revisions.to_pylist(), allowed)
        self.figures.beyond_in_revisions += len(beyond)
        held = pc.unique(held_of(self.store, self.story.eans)["meter_id"].cast(pa.string()))
        there = {name for name in held.to_pylist() if name}
        old = pc.unique(self.store.revisions()["meter_id"].cast(pa.string())).to_pylist()
        gone = set(self.figures.meter_ids) - there - {name for name in old if name}
        self.figures.ids_looked_for = len(gone)
        self.figures.ids_in_bytes += len(found_in_bytes(self.home, gone))
        self.figures.ids_of_control = len(found_in_bytes(self.home, there))


def clock_changes(story: Story, since: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The local days of a story on which the clock changes, with their bounds."""
    day = day_of(max(since, story.moments[0]), ELECTRICITY)
    while day < day_of(story.moments[-1], ELECTRICITY):
        bounds = day_interval(day, ELECTRICITY)
        if bounds.duration != timedelta(days=1):
            yield f"{day}", bounds.start, bounds.end
        day += timedelta(days=1)


def _between(table: pa.Table | None, start: datetime, end: datetime) -> Any:
    if table is None:
        return None
    first, last = (pa.scalar(each, pa.timestamp("us", "UTC")) for each in (start, end))
    inside = pc.and_(pc.greater_equal(table["start"], first), pc.less(table["start"], last))
    return table.filter(inside)


def _slices(table: pa.Table, granularity: str) -> int:
    """How many different slices of a granularity there are."""
    mine = table.filter(pc.equal(table["granularity"].cast(pa.string()), granularity))
    return len(pc.unique(mine["start"]))


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries, which differ from batch to batch."""
    with suppress(pa.ArrowInvalid):
        table = table.unify_dictionaries()
    return pa.table(
        {
            name: table[name].cast(pa.string())
            if pa.types.is_dictionary(table[name].type)
            else table[name]
            for name in table.column_names
        }
    )
