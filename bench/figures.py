"""Figures beside their peers, as one small table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``ours`` and ``theirs`` in seconds. ``theirs`` / ``ours`` should be at least ``aim``
    (``faster``), or ``ours`` / ``theirs`` at most (``within``); without an aim it only informs.
    """

    what: str
    ours: float
    peer: str
    theirs: float
    aim: float | None = None
    sense: Literal["faster", "within"] = "faster"

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours if self.sense == "faster" else self.ours / self.theirs

    @property
    def is_met(self) -> bool:
        if self.aim is None:
            return True
        return self.ratio >= self.aim if self.sense == "faster" else self.ratio <= self.aim

    def cells(self) -> tuple[str, ...]:
        bound = ">=" if self.sense == "faster" else "<="
        aim = ("-", "-") if self.aim is None else (f"{bound} {self.aim:g}", says(self.is_met))
        return (self.what, time(self.ours), self.peer, time(self.theirs), f"{self.ratio:.1f}", *aim)


def says(is_met: bool) -> str:
    return "met" if is_met else "NOT MET"


def time(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def print_figures(figures: Sequence[Figure]) -> None:
    head = ("figure", "ours", "peer", "theirs", "ratio", "aim", "")
    rows = [head, *(figure.cells() for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def medians(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each."""
    return {name: statistics.median(taken) for name, taken in timings(works, rounds).items()}


def timings(
    works: dict[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, list[float]]:
    """The seconds of each, taken in turns, so that a busy moment troubles them all."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = clock()
            work()
            times[name].append(clock() - began)
    return times
