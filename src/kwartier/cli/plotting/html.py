"""Charts as one HTML file of drawings: nothing is fetched from anywhere, no script runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from kwartier.cli.output import plain
from kwartier.cli.plotting.chart import (
    COLOURS,
    ESTIMATED,
    BarChart,
    Chart,
    Curve,
    LoadChart,
    Step,
    scale,
    short,
)

_WIDTH, _HEIGHT = 960, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 16, 40
_ROOM: Final = _WIDTH - _LEFT - _RIGHT
_FLOOR: Final = _HEIGHT - _BOTTOM

_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 1rem auto; max-width: 62rem; padding: 0 1rem;
  color: #1c1c1c; background: #fff }}
h1 {{ font-size: 1.15rem; margin: 0 0 .25rem }}
h2 {{ font-size: 1.05rem; margin: 1.25rem 0 .25rem }}
p {{ margin: .25rem 0; color: #555 }}
svg {{ width: 100%; height: auto; display: block }}
svg text {{ font: 13px system-ui, sans-serif; fill: #444 }}
.legend span {{ margin-right: 1.25rem; color: #1c1c1c }}
.legend i {{ display: inline-block; width: .9em; height: .9em; margin-right: .35em;
  vertical-align: -.1em }}
</style>
{charts}
</html>
"""


def write_html(charts: Sequence[Chart], path: Path) -> None:
    """Write the charts to one self-contained file."""
    parts = "\n".join(_section(chart) for chart in charts)
    path.write_text(_PAGE.format(title=escape(charts[0].title), charts=parts), encoding="utf-8")


def _section(chart: Chart) -> str:
    names = [c.name for c in chart.curves] if isinstance(chart, LoadChart) else _names(chart)
    has_estimates = isinstance(chart, LoadChart) and chart.has_estimates
    legend = [(name, COLOURS.get(name, "#444")) for name in names]
    legend += [("estimated", ESTIMATED)] if has_estimates else []
    shown = "".join(
        f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for name, colour in legend
    )
    drawing = _load(chart) if isinstance(chart, LoadChart) else _bars(chart)
    return (
        f'<h2>{escape(chart.title)}</h2>\n<p class="legend">{shown}</p>\n'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(chart.title)}">\n'
        + "\n".join(drawing)
        + f"\n</svg>\n<p>{escape(chart.note)}</p>"
    )


def _names(chart: BarChart) -> list[str]:
    return [name for name, _ in chart.rows]


def _axis(ticks: Sequence[float], unit: str) -> Iterator[str]:
    for tick in ticks:
        y = _y(tick, ticks[-1])
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{short(tick)}</text>'
    middle = (_TOP + _FLOOR) / 2
    yield (
        f'<text x="14" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 14 {middle})">{escape(unit)}</text>'
    )


def _y(value: float, top: float) -> float:
    return round(_FLOOR - value / top * (_FLOOR - _TOP), 1)


def _load(chart: LoadChart) -> Iterator[str]:
    ticks = scale(chart.top)
    yield from _axis(ticks, chart.unit)
    for moment, name in chart.ticks():
        x = _x(chart, moment)
        yield f'<line x1="{x}" x2="{x}" y1="{_FLOOR}" y2="{_FLOOR + 5}" stroke="#888"/>'
        yield f'<text x="{x}" y="{_FLOOR + 20}" text-anchor="middle">{escape(name)}</text>'
    for curve in chart.curves:
        yield from _gaps(chart, curve)
        colour = COLOURS.get(curve.name, "#444")
        for run in _runs(curve.steps):
            drawn = ESTIMATED if run[0].estimated else colour
            path = _path(chart, run, ticks[-1])
            yield f'<path d="{path}" fill="none" stroke="{drawn}" stroke-width="1.5"/>'
    yield from _tips(chart)


def _x(chart: LoadChart, moment: datetime) -> float:
    return round(_LEFT + (moment - chart.interval.start) / chart.interval.duration * _ROOM, 1)


def _runs(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps that follow each other without a gap, measured and estimated ones apart."""
    run: list[Step] = []
    for step in steps:
        follows = run and run[-1].end == step.start and run[-1].estimated == step.estimated
        if step.value is None or not follows:
            if run:
                yield run
            run = []
        if step.value is not None:
            run.append(step)
    if run:
        yield run


def _path(chart: LoadChart, run: Sequence[Step], top: float) -> str:
    parts = [f"M{_x(chart, run[0].start)} {_y(run[0].value or 0, top)}"]
    parts += [f"V{_y(step.value or 0, top)}H{_x(chart, step.end)}" for step in run]
    return "".join(parts)


def _gaps(chart: LoadChart, curve: Curve) -> Iterator[str]:
    """A grey band where values should be and are not."""
    for step in curve.steps:
        if step.value is None:
            x = _x(chart, step.start)
            width = max(1.0, _x(chart, step.end) - x)
            yield (
                f'<rect x="{x}" y="{_TOP}" width="{width:.1f}" height="{_FLOOR - _TOP}" '
                'fill="#e4e4e4"/>'
            )


def _tips(chart: LoadChart) -> Iterator[str]:
    """Invisible strips that tell the values under the pointer."""
    by_slice: dict[tuple[datetime, datetime], list[str]] = {}
    for curve in chart.curves:
        for step in curve.steps:
            state = ", estimated" if step.estimated else ""
            value = "missing" if step.value is None else f"{step.value:.3f} {chart.unit}{state}"
            by_slice.setdefault((step.start, step.end), []).append(f"{curve.name} {value}")
    for (start, end), words in by_slice.items():
        x = _x(chart, start)
        told = "\n".join([plain(start), *words])
        yield (
            f'<rect x="{x}" y="{_TOP}" width="{round(_x(chart, end) - x, 1)}" '
            f'height="{_FLOOR - _TOP}" fill="transparent"><title>{escape(told)}</title></rect>'
        )


def _bars(chart: BarChart) -> Iterator[str]:
    ticks = scale(chart.top)
    yield from _axis(ticks, chart.unit)
    place = _ROOM / max(1, len(chart.months))
    width = place * 0.8 / max(1, len(chart.rows))
    for number, month in enumerate(chart.months):
        middle = round(_LEFT + place * (number + 0.5), 1)
        yield f'<text x="{middle}" y="{_FLOOR + 20}" text-anchor="middle">{month}</text>'
        for index, (name, bars) in enumerate(chart.rows):
            bar = bars[number]
            x = round(_LEFT + place * (number + 0.1) + index * width, 1)
            if bar.value is None:
                centre = f"{x + width / 2:.1f}"
                yield f'<text x="{centre}" y="{_FLOOR - 4}" text-anchor="middle">-</text>'
                continue
            y = _y(bar.value, ticks[-1])
            colour = COLOURS.get(name, "#444")
            yield (
                f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{_FLOOR - y:.1f}" '
                f'fill="{colour}" fill-opacity="{0.55 if bar.mark else 1}">'
                f"<title>{month}: {name} {bar.mark}{bar.value:.2f} {chart.unit}</title></rect>"
            )
            if bar.mark:
                yield (
                    f'<text x="{x + width / 2:.1f}" y="{y - 4:.1f}" '
                    f'text-anchor="middle">{bar.mark}</text>'
                )
