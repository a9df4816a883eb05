"""Charts in blocks of text, which say the same without colours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rich.text import Text

from kwartier.cli.plotting.chart import (
    COLOURS,
    ESTIMATED,
    BarChart,
    Chart,
    Curve,
    LoadChart,
    scale,
    short,
)

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_HEIGHT: Final = 10
_LABEL: Final = 8


def draw(chart: Chart, width: int) -> list[Text]:
    """The chart's lines, at most ``width`` characters wide."""
    head = [Text(chart.title, style="bold")]
    body = _bars(chart, width) if isinstance(chart, BarChart) else _curves(chart, width)
    return [*head, *body, Text(chart.note, style="dim")]


def _curves(chart: LoadChart, width: int) -> list[Text]:
    lines = []
    for curve in chart.curves:
        lines += [Text(f"{curve.name}, {chart.unit}"), *_curve(chart, curve, width - _LABEL - 1)]
    return lines


def _curve(chart: LoadChart, curve: Curve, width: int) -> list[Text]:
    """A column shows the highest value of its time; gaps are blank, estimates marked below."""
    columns: list[float | None] = [None] * width
    estimated, missing = [False] * width, [False] * width
    for step in curve.steps:
        first, last = _place(chart, step.start, width), _place(chart, step.end, width)
        for column in range(first, min(width, max(last, first + 1))):
            known = columns[column]
            if step.value is None:
                missing[column] = True
            else:
                columns[column] = step.value if known is None else max(known, step.value)
            estimated[column] |= step.estimated
    ticks = scale(max((v for v in columns if v is not None), default=0.0))
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        line = Text(_label(ticks, row) + "┤")
        for column, value in enumerate(columns):
            style = ESTIMATED if estimated[column] else COLOURS.get(curve.name, "")
            line.append(_cell(value, ticks[-1], row), style=style)
        lines.append(line)
    marks = "".join(
        "x" if gap and value is None else "~" if guess else "─"
        for value, guess, gap in zip(columns, estimated, missing, strict=True)
    )
    lines.append(Text(" " * _LABEL + "└" + marks))
    names = [" "] * width
    for moment, name in chart.ticks():
        column = _place(chart, moment, width)
        if column + len(name) <= width:
            names[column : column + len(name)] = name
    lines.append(Text(" " * (_LABEL + 1) + "".join(names).rstrip()))
    return lines


def _place(chart: LoadChart, moment: datetime, width: int) -> int:
    return int((moment - chart.interval.start) / chart.interval.duration * width)


def _label(ticks: Sequence[float], row: int) -> str:
    """The tick that lies in this row, if one does."""
    for tick in ticks:
        if round(tick / ticks[-1] * (_HEIGHT - 1)) == row:
            return short(tick).rjust(_LABEL - 1) + " "
    return " " * _LABEL


def _cell(value: float | None, top: float, row: int) -> str:
    if value is None:
        return " "
    eighths = round(value / top * _HEIGHT * 8) - 8 * row
    return _EIGHTHS[max(0, min(8, eighths))]


def _bars(chart: BarChart, width: int) -> list[Text]:
    """A line a month and row: a bar as long as its value, and the value."""
    lines = []
    for name, bars in chart.rows:
        lines.append(Text(f"{name}, {chart.unit}"))
        top = max((bar.value for bar in bars if bar.value is not None), default=0.0) or 1.0
        room = max(10, width - _LABEL - 14)
        for month, bar in zip(chart.months, bars, strict=True):
            line = Text(f"{month} │")
            if bar.value is None:
                line.append(" -")
            else:
                whole, part = divmod(round(bar.value / top * room * 8), 8)
                line.append("█" * whole + "▏▎▍▌▋▊▉"[part - 1 : part], style=COLOURS.get(name, ""))
                line.append(f" {bar.mark}{bar.value:,.1f}".replace(",", "\u202f"))
            lines.append(line)
    return lines
