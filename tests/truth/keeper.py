"""Who keeps the store up to date: in this process, or in one that may be killed at any instant."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from kwartier.cli.app import run
from kwartier.cli.provider import connect_async
from kwartier.eneco import AsyncEnecoClient, EnecoCredentials
from kwartier.eneco import Environment as Acceptance
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.store import Store
from kwartier.sync import EnecoSource, FetchPolicy, FluviusSource, Source, SyncReport, sync
from kwartier.sync.source import Answer
from kwartier.transport import RetryPolicy
from kwartier.vocabulary.fetch import Fetch
from kwartier.vocabulary.provider import ENECO
from truth.story import REREAD

QUICK: Final = RetryPolicy(base=0.02, longest=0.2)
"""Pauses of milliseconds: what is tried again matters here, not how politely."""
_LONGEST: Final = 120.0
_PRELOADED: Final = ["truth.keeper", "kwartier.cli.sync", "kwartier.export"]


class PagedSource(EnecoSource):
    """Eneco, with a count of the pages that were read."""

    pages = 0

    async def request(self, fetch: Fetch) -> Answer:
        answer = await super().request(fetch)
        self.pages += len(answer.bodies)
        return answer


class Keeper:
    """Syncs ``store`` in this process, over one client a provider; also a context manager."""

    def __init__(self, store: Store, env: Mapping[str, str]) -> None:
        self.store, self.now = store, datetime.fromisoformat(env["KWARTIER_CLOCK"])
        self._runner = asyncio.Runner()
        settings: dict[str, Any] = {
            "clock": lambda: self.now,
            "requests_per_second": 1_000,
            "retry": QUICK,
        }
        known = FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX", variables=env)
        self._client = connect_async(Environment.SANDBOX, known, **settings)
        known_to_eneco = EnecoCredentials.from_env(Acceptance.ACCEPTANCE, variables=env)
        self._eneco = AsyncEnecoClient(known_to_eneco, Acceptance.ACCEPTANCE, **settings)
        self._number = known.data_access_contract_number or "1"
        self._consumer = known_to_eneco.client_id

    def sync(self, provider: str, now: datetime) -> tuple[SyncReport, int]:
        """One sync at ``now``, and how many requests for values it took. Raises what a sync
        raises.
        """
        self.now = now
        if provider == ENECO:
            paged = PagedSource(self._eneco, consumer=self._consumer, clock=lambda: self.now)
            return self._sync(paged), paged.pages
        report = self._sync(FluviusSource(self._client, self._number))
        return report, report.fetches

    def _sync(self, source: Source) -> SyncReport:
        policy = FetchPolicy(reread=REREAD)
        return self._runner.run(sync(self.store, source, fetch_policy=policy))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.run(self._eneco.aclose())
        self._runner.close()


class Aim(StrEnum):
    """Where a kill is to fall: at any instant, or in a commit, in a rewrite of the store's file,
    in publishing; and what a disk that is full is to interrupt.
    """

    ANYTIME = "anytime"
    COMMIT = "commit"
    REWRITE = "rewrite"
    PUBLISHING = "publishing"
    FULL = "full disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """``after`` is the share of a usual sync's time at which to kill (``aim`` ANYTIME), or so many
    seconds after what is aimed at began; of a full disk, ``room`` is how many bytes a file may
    grow beyond the store's present size.
    """

    aim: Aim
    after: float = 0.0
    room: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: ``hit`` says what it was doing when it was interrupted (None: it had
    finished before), ``code`` is its exit code, ``said`` what it printed.
    """

    hit: str | None
    code: int | None
    said: str
    seconds: float
    peak_mebibytes: float = 0.0


class Children:
    """``kwartier sync`` in processes of their own, forked from one that has everything imported."""

    def __init__(self, folder: Path, store: Path, *, publish: Path | None = None) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._log, self._store, self._publish = folder / "child.log", store, publish
        self._settings = folder / "kwartier.toml"
        self._settings.write_text(f'[fetch]\nreread = "{REREAD.days}d"\n', encoding="utf-8")
        self.usual_seconds = 1.0

    def warm_up(self) -> None:
        """Wait until processes can be forked, so that no kill falls before they begin to sync."""
        process = self._context.Process(target=_nothing)
        process.start()
        process.join(_LONGEST)

    def attacked(self, env: Mapping[str, str], attack: Attack, provider: str) -> Ended:
        """Begin a sync with ``provider``, and interrupt it."""
        arguments = ["sync", "--provider", provider, "--config", str(self._settings)]
        arguments += ["--sandbox", "--store", str(self._store), "--json"]
        if self._publish is not None:
            arguments += ["--publish", str(self._publish)]
        size = self._store.stat().st_size if self._store.exists() else 0
        limit = size + attack.room if attack.aim is Aim.FULL else None
        process = self._context.Process(
            target=_sync_in_child, args=(dict(env), arguments, str(self._log), limit)
        )
        self._log.write_text("", encoding="utf-8")
        process.start()
        began = time.monotonic()
        if attack.aim is not Aim.FULL:
            self._wait_for(attack, process, began)
            process.kill()
        process.join(_LONGEST)
        if process.is_alive():
            process.kill()
            raise AssertionError(f"a sync hung: {self._log.read_text()}")
        return self._ended(process.exitcode, attack, time.monotonic() - began)

    def _wait_for(self, attack: Attack, process: Any, began: float) -> None:
        if attack.aim is Aim.ANYTIME:
            process.join(max(0.01, attack.after * self.usual_seconds))
            return
        while process.is_alive() and time.monotonic() - began < _LONGEST:
            if _doing(self._store, self._publish) == attack.aim:
                time.sleep(attack.after)
                return
            time.sleep(0.0005)

    def _ended(self, code: int | None, attack: Attack, seconds: float) -> Ended:
        said = self._log.read_text(encoding="utf-8", errors="replace")
        peak = 0.0
        with suppress(ValueError, IndexError):
            peak = float(said.rsplit("\npeak ", 1)[1])
        hit = None
        if attack.aim is Aim.FULL:
            hit = Aim.FULL.value if code not in (0, 3) else None
        elif code is not None and code < 0:
            hit = _doing(self._store, self._publish)
        if hit is None and code in (0, 3):
            self.usual_seconds += (seconds - self.usual_seconds) / 4
        return Ended(hit=hit, code=code, said=said, seconds=seconds, peak_mebibytes=peak)


def _doing(store: Path, publish: Path | None) -> str:
    """What lies beside the store tells what is, or was, being done."""
    if store.with_name(f"{store.name}.new").exists():
        return Aim.REWRITE.value
    if store.with_name(f"{store.name}.wal").exists():
        return Aim.COMMIT.value
    if publish is not None and (publish / "generations" / ".draft").exists():
        return Aim.PUBLISHING.value
    return Aim.ANYTIME.value


def _nothing() -> None:
    """What a process does that only shows that there can be one."""


def _sync_in_child(env: dict[str, str], arguments: list[str], log: str, limit: int | None) -> None:
    os.environ.update(env)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    code = run(arguments)
    sys.stdout.flush()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak {used:.1f}", flush=True)
    os._exit(code)


def drawn_attack(dice: random.Random, aim: Aim) -> Attack:
    """An attack of this kind at a random instant."""
    if aim is Aim.FULL:
        return Attack(aim=aim, room=int(dice.choice([0, 0, 40_000, 300_000]) * dice.random()))
    return Attack(aim=aim, after=dice.random() * (1.1 if aim is Aim.ANYTIME else 0.02))
