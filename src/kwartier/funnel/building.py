"""Building the rows of a board from all facts there are: here, or in a process of its own.

With many customers it takes many seconds of a processor, for which pages of the same process would
have to wait, and the store lets one thread of a process read at a time.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

import pyarrow as pa

from kwartier.analysis import ArrivalPolicy
from kwartier.errors import KwartierError
from kwartier.funnel.reading import all_facts
from kwartier.funnel.reasons import explaining
from kwartier.funnel.rows import Rows
from kwartier.office import Office
from kwartier.retention import RetentionPolicy
from kwartier.store.port import Store

_PROGRAM = "kwartier.funnel.builder"


class BoardError(KwartierError):
    """The board could not be built anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Of which files to build the rows, and what they are judged by ``at`` a moment."""

    store: Path
    office: Path
    at: datetime
    arrival: ArrivalPolicy
    policy: RetentionPolicy


def build_rows(plan: Plan, store: Store) -> Rows:
    """The rows, built by whoever calls."""
    office = Office(plan.office)
    facts = all_facts(store, office, now=plan.at, arrival=plan.arrival, policy=plan.policy)
    return Rows.of(facts, explaining(store, plan.arrival))


class Workshop:
    """Where rows are built by another process, one at a time. ``stop`` ends it."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def build(self, plan: Plan) -> Rows:
        """The rows; BoardError where there are none, whatever became of the process."""
        process = self._begin()
        try:
            with process:
                try:
                    return Rows.of_table(_told(process, plan))
                finally:
                    process.kill()
        except (OSError, pa.ArrowException) as error:
            raise BoardError(
                f"the process that reads all customers ended early ({error or 'no answer'}); it "
                "is begun again later"
            ) from error

    def stop(self) -> None:
        """End what is being built, and build nothing any more."""
        with self._guard:
            self._is_closed = True
            process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def _begin(self) -> subprocess.Popen[bytes]:
        with self._guard:
            if self._is_closed:
                raise BoardError("no list of customers is made any more: the service is ending")
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-P", "-m", _PROGRAM],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            except OSError as error:
                raise BoardError(f"no process can be begun ({error})") from error
            return self._process


def _told(process: subprocess.Popen[bytes], plan: Plan) -> pa.Table:
    """What the process answers to ``plan``. Its standard input stays open for as long as it should
    go on.
    """
    asked, told = process.stdin, process.stdout
    if asked is None or told is None:
        raise OSError("it cannot be spoken to")
    asked.write(pickle.dumps(plan))
    asked.flush()
    wrong = told.readline().decode()
    if not wrong:
        raise OSError("no answer")
    if wrong.strip():
        raise BoardError(wrong.strip())
    with pa.ipc.open_stream(told) as stream:
        return stream.read_all()
