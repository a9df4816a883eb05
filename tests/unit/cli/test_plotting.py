"""Charts: what each way of drawing shows of gaps, estimates and days of 23 and 25 hours."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kwartier.cli.plotting.chart import Bar, BarChart, Curve, LoadChart, Step, scale, short
from kwartier.cli.plotting.html import write_html
from kwartier.cli.plotting.png import write_png
from kwartier.cli.plotting.terminal import draw
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import parse_instant

QUARTER = timedelta(minutes=15)
DAY = Interval(parse_instant("2026-03-29", "day"), parse_instant("2026-03-30", "day"))


@pytest.fixture
def curve() -> LoadChart:
    steps = [
        Step(
            DAY.start + n * QUARTER,
            DAY.start + (n + 1) * QUARTER,
            None if 30 <= n < 40 else n / 20,
            60 <= n < 70,
        )
        for n in range(92)
    ]
    return LoadChart("a point, 2026-03-29", "a note", "kW", DAY, [Curve("offtake", steps)])


@pytest.fixture
def bars() -> BarChart:
    rows = [("offtake", [Bar(512.25), Bar(None)]), ("injection", [Bar(3.0, "≥"), Bar(1.5, "~")])]
    return BarChart("a point <by month>", "a note", "kWh", ["2026-01", "2026-02"], rows)


@pytest.mark.parametrize(
    ("top", "ticks"),
    [(0, [0, 1]), (7.3, [0, 2, 4, 6, 8]), (0.4, [0, 0.1, 0.2, 0.3, 0.4]), (1100, None)],
)
def test_scales_are_round_and_reach_the_top(top: float, ticks: list[float] | None) -> None:
    found = scale(top)
    assert ticks is None or found == ticks
    assert found[-1] >= top
    assert 2 <= len(found) <= 7
    assert len(max(map(short, found), key=len)) <= 5


def test_the_hour_that_the_clock_skips_is_not_on_the_axis(curve: LoadChart) -> None:
    ticks = {name: moment for moment, name in curve.ticks()}
    assert ticks["03:00"] - ticks["00:00"] == timedelta(hours=2)
    assert list(ticks) == [f"{hour:02}:00" for hour in range(0, 24, 3)]


def test_the_axis_of_a_gas_day_goes_on_after_midnight() -> None:
    day = Interval(
        parse_instant("2026-10-24T06:00:00+02:00", "day"),
        parse_instant("2026-10-25T06:00:00+01:00", "day"),
    )
    ticks = LoadChart("a point, 2026-10-24", "", "kW", day, []).ticks()
    assert [name for _, name in ticks] == [f"{hour % 24:02}:00" for hour in range(6, 30, 3)]
    assert ticks[-1][0] - ticks[-2][0] == timedelta(hours=4)


def test_in_a_terminal_gaps_are_blank_and_estimates_marked(curve: LoadChart) -> None:
    lines = [line.plain for line in draw(curve, 101)]
    [marks] = [line for line in lines if "└" in line]
    assert marks.index("x") - 9 == 30
    assert marks.count("x") == 10
    assert marks.index("~") - 9 == 60
    assert marks.count("~") == 10
    for line in lines[2:12]:
        assert set(line[9 + 30 : 9 + 40]) <= {" "}
    assert max(map(len, lines)) <= 101
    assert lines[-1] == "a note"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_bars_fit_the_terminal(bars: BarChart, width: int) -> None:
    lines = [line.plain for line in draw(bars, width)]
    assert max(map(len, lines)) <= width
    assert "2026-02 │ -" in lines
    assert any(re.fullmatch("2026-01 │█+[▏▎▍▌▋▊▉]? ≥3.0", line) for line in lines)


def test_html_breaks_the_line_at_a_gap_and_shows_it(
    curve: LoadChart, bars: BarChart, tmp_path: Path
) -> None:
    write_html([curve, bars], tmp_path / "chart.html")
    page = (tmp_path / "chart.html").read_text("utf-8")
    drawn = re.findall('<path d="([^"]+)".*stroke="([^"]+)" stroke-width', page)
    assert [(path.count("H"), colour) for path, colour in drawn] == [
        (30, "#1f6fb4"),
        (20, "#1f6fb4"),
        (10, "#d98200"),
        (22, "#1f6fb4"),
    ]
    assert page.count('fill="#e4e4e4"') == 10
    assert "offtake missing" in page
    assert "offtake 3.000 kW, estimated" in page
    assert "a point &lt;by month&gt;" in page
    assert "injection ≥3.00 kWh" in page


def test_png_is_drawn_by_the_size_of_its_charts(
    curve: LoadChart, bars: BarChart, tmp_path: Path
) -> None:
    write_png([curve, bars], tmp_path / "chart.png")
    head = (tmp_path / "chart.png").read_bytes()[:24]
    size = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    assert size == (960, 720)
