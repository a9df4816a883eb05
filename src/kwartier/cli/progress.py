"""A sync's progress: a bar on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from kwartier.cli.output import plain
from kwartier.sync.report import SyncReport, Watcher

SECONDS_BETWEEN_LINES: Final = 5.0


@contextmanager
def progress(out: Console) -> Iterator[Watcher]:
    """A watcher for a sync that shows points done, values, rate and time left on ``out``."""
    if not out.is_terminal:
        yield _Lines(out)
        return
    bar = Progress(
        BarColumn(bar_width=16),
        TextColumn("{task.fields[points]} points · {task.fields[values]} values"),
        TextColumn("· {task.fields[rate]}/s · left"),
        TimeRemainingColumn(),
        console=out,
        transient=True,
    )
    with bar:
        task = bar.add_task("sync", total=None, points="0", values="0", rate="0")

        def watch(report: SyncReport) -> None:
            bar.update(
                task,
                total=1 if report.points else None,
                completed=report.share_done,
                points=f"{report.points_done}/{report.points}",
                values=plain(report.received),
                rate=plain(_rate(report)),
            )

        yield watch


class _Lines:
    """A line every few seconds, for logs."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._next = perf_counter() + SECONDS_BETWEEN_LINES

    def __call__(self, report: SyncReport) -> None:
        if perf_counter() < self._next or not report.share_done:
            return
        self._next = perf_counter() + SECONDS_BETWEEN_LINES
        left = report.seconds / report.share_done - report.seconds
        self._out.print(
            f"{report.points_done} of {report.points} metering points, "
            f"{report.received} values, {_rate(report)}/s, about {left:.0f} s left",
            soft_wrap=True,
        )


def _rate(report: SyncReport) -> int:
    return round(report.received / report.seconds) if report.seconds else 0
