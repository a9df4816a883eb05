"""Charts as a PNG file, by matplotlib, which is imported only here."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any, Final

from kwartier.cli.plotting.chart import COLOURS, ESTIMATED, BarChart, Chart, LoadChart, scale, short
from kwartier.errors import InputError

_INCHES: Final = (9.6, 3.6)
_DPI: Final = 100


def write_png(charts: Sequence[Chart], path: Path) -> None:
    """Write the charts below each other. Raises :class:`~kwartier.errors.InputError` where
    matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise InputError(
            "--png", "needs the package matplotlib", "pip install 'kwartier[plot]'"
        ) from error
    figure = Figure(figsize=(_INCHES[0], _INCHES[1] * len(charts)), dpi=_DPI, layout="constrained")
    for chart, axes in zip(charts, figure.subplots(len(charts), squeeze=False).flat, strict=True):
        ticks = scale(chart.top)
        axes.set_yticks(ticks, [short(tick) for tick in ticks])
        axes.set_ylim(0, ticks[-1] * 1.05)
        axes.set_title(chart.title, loc="left", fontsize=11)
        axes.set_ylabel(chart.unit)
        axes.grid(axis="y", color="#dddddd")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel(chart.note, fontsize=8, color="#555555", loc="left")
        if isinstance(chart, LoadChart):
            _load(axes, chart)
        else:
            _bars(axes, chart)
        axes.legend(loc="upper right", fontsize=8, ncols=4, frameon=False, borderaxespad=0)
    figure.savefig(path, format="png")


def _load(axes: Any, chart: LoadChart) -> None:
    def place(moment: Any) -> float:
        return float((moment - chart.interval.start).total_seconds())

    axes.set_xlim(0, place(chart.interval.end))
    ticks = chart.ticks()
    axes.set_xticks([place(moment) for moment, _ in ticks], [name for _, name in ticks])
    for curve in chart.curves:
        for state, colour, name in (
            (False, COLOURS.get(curve.name, "#444444"), curve.name),
            (True, ESTIMATED, f"{curve.name}, estimated"),
        ):
            xs: list[float] = []
            ys: list[float] = []
            for step in curve.steps:
                shown = step.value is not None and step.estimated is state
                height = step.value if shown and step.value is not None else float("nan")
                xs += [place(step.start), place(step.end)]
                ys += [height, height]
            if not all(map(isnan, ys)):
                axes.plot(xs, ys, color=colour, linewidth=1.2, label=name)
        gaps = [step for step in curve.steps if step.value is None]
        for number, step in enumerate(gaps):
            axes.axvspan(
                place(step.start),
                place(step.end),
                color="#eeeeee",
                linewidth=0,
                label=None if number else f"{curve.name}, missing",
            )


def _bars(axes: Any, chart: BarChart) -> None:
    width = 0.8 / max(1, len(chart.rows))
    places = range(len(chart.months))
    axes.set_xticks(list(places), chart.months)
    axes.set_xlim(-0.6, len(chart.months) - 0.4)
    for index, (name, bars) in enumerate(chart.rows):
        xs = [place - 0.4 + (index + 0.5) * width for place in places]
        for x, bar in zip(xs, bars, strict=True):
            axes.bar(
                x,
                bar.value or 0,
                width,
                color=COLOURS.get(name, "#444444"),
                alpha=0.55 if bar.mark else 1,
            )
            text = "-" if bar.value is None else bar.mark
            axes.text(x, bar.value or 0, text, ha="center", va="bottom", fontsize=8)
        axes.bar(0, 0, width, color=COLOURS.get(name, "#444444"), label=name)
