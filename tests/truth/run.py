"""Carrying out a story: a sync after each moment, with faults, kills and full disks."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kwartier.errors import KwartierError
from kwartier.store import Store, open_store
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from truth.checks import Checks
from truth.figures import Figures
from truth.keeper import Aim, Children, Keeper, drawn_attack
from truth.story import CAPPING, Finish, Happen, Story
from truth.world import World

_CALM: Final = ""
_LEFT_BEHIND: Final = ("Traceback", "Segmentation", "terminate called")


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
        self.checks = Checks(folder, world, story, self.store, published)
        self.figures = Figures.load(folder / "figures.json")
        world.injected, world.seen = self.figures.injected, self.figures.calls

    def carry_out(self, watch: Callable[[Figures], None] = lambda _figures: None) -> Figures:
        """From where it stands to the end; ``watch`` is told after every sync."""
        first = self.figures.next
        self.world.go_to(self.story.moments[max(0, first - 1)])
        os.environ.update(self.world.env)
        if not first:
            self.world.begin()
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
        for provider in self.story.providers:
            self._sync(keeper, provider, now)
        if number in self.story.checks:
            self._settle(keeper, now, self.story.providers)
            began = time.monotonic()
            self.checks.check(number, now, self.figures)
            self.figures.seconds_comparing += time.monotonic() - began
        if self.trouble.faults:
            self.world.fail(_CALM)

    def _fail(self, number: int) -> None:
        """Chance begins anew with a plan, so that each day's plan is a trace unlike the others."""
        spec = self.trouble.faults.replace("401=1.5%", f"401={1.5 + number / 1e6:.6f}%")
        self.world.fail(spec)

    def _sync(self, keeper: Keeper, provider: str, now: datetime) -> int:
        """One sync; how many requests failed, -1 if it ended by a fault of the provider."""
        began, part = time.monotonic(), self.figures.part(provider)
        part.syncs += 1
        try:
            report, requests = keeper.sync(provider, now)
        except KwartierError as error:
            part.ended_by_fault[type(error).__name__] += 1
            return -1
        finally:
            self.figures.seconds_syncing += time.monotonic() - began
        part.requests += requests
        part.failed += report.failed
        return report.failed

    def _settle(self, keeper: Keeper, now: datetime, providers: Iterable[str]) -> None:
        """A sync that nothing disturbs: what failed before is asked again."""
        if self.trouble.faults:
            self.world.fail(_CALM)
            for provider in providers:
                failed = self._sync(keeper, provider, now)
                assert failed == 0, f"{failed} requests failed though nothing was made to fail"

    def _keep_what_is_finished(self, number: int, keeper: Keeper) -> None:
        """What a mandate opens just before it is finished is held as it is from then on."""
        deeds = self.story.deeds.get(number, ())
        eans = {deed.grant.ean for deed in deeds if isinstance(deed, Finish)}
        if any(isinstance(deed, Happen) and deed.kind == "contract-ended" for deed in deeds):
            eans = set(self.story.eans)
        for provider, points in ((FLUVIUS, eans), (ENECO, self.story.losing(number))):
            if points:
                self._settle(keeper, self.story.moments[number - 1], [provider])
            for point in sorted(points):
                self.checks.keep(provider, point)

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
        caps = any(isinstance(deed, Happen) and deed.ean and deed.kind in CAPPING for deed in deeds)
        return [Aim.REWRITE] if caps else kinds

    def _attack(self, number: int, aim: Aim) -> None:
        dice = random.Random(f"{self.seed}/attack/{number}/{aim}/{self.figures.kills}")
        attack = drawn_attack(dice, aim)
        caps = aim is Aim.REWRITE  # only Fluvius tells of a period that ended in the past
        provider = FLUVIUS if caps else dice.choice(self.story.providers)
        ended = self.children.attacked(self.world.env, attack, provider)
        self.figures.peak_mebibytes = max(self.figures.peak_mebibytes, ended.peak_mebibytes)
        if ended.hit is None:
            self.figures.missed += 1
        else:
            self.figures.part(provider).interrupted[ended.hit] += 1
        if any(word in ended.said for word in _LEFT_BEHIND):
            told = f"sync {number}, {provider}, {aim}, exit {ended.code}: {ended.said[-1500:]}"
            self.figures.unclear = [*self.figures.unclear, told][-10:]
