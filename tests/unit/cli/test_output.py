"""Tables on screens of any width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.cli.output import (
    Column,
    Row,
    build_table,
    console,
    fitting,
    name,
    number,
    plain,
    print_table,
    prose,
)

COLUMNS = [
    prose("customer", "customer"),
    Column("ean", "EAN", spare=2),
    number("older", "2026-09", spare=0),
    number("newer", "2026-10", spare=1),
    Column("status", "status"),
]
ROWS = [
    {
        "customer": "Bakkerij Peeters en Zonen",
        "ean": "541440110000000001",
        "older": 12345,
        "newer": 2.5,
        "status": "incomplete",
    }
]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (1234567, "1\u202f234\u202f567"),
        (2.5, "2.500"),
        (True, "yes"),
        (False, ""),
        (date(2026, 3, 29), "2026-03-29"),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "2026-03-29 03:00"),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), "2026-10-25 02:00"),
    ],
)
def test_values_read_as_people_write_them(value: object, text: str) -> None:
    assert plain(value) == text


def shown(width: int, rows: Sequence[Row] = ROWS) -> list[str] | None:
    kept = fitting(COLUMNS, rows, width)
    return None if kept is None else [column.key for column in kept]


def test_what_can_be_spared_goes_and_the_rest_stays() -> None:
    assert shown(200) == ["customer", "ean", "older", "newer", "status"]
    assert shown(69) == ["customer", "ean", "newer", "status"]
    assert shown(59) == ["customer", "ean", "status"]
    assert shown(30) == ["customer", "status"]
    assert shown(20) is None


def test_a_column_that_says_nothing_goes_before_one_that_does() -> None:
    rows = [row | {"newer": None} for row in ROWS]
    assert shown(69, rows) == ["customer", "ean", "older", "status"]
    assert shown(200, rows) == ["customer", "ean", "older", "newer", "status"]


def test_what_is_the_same_in_each_line_is_told_once() -> None:
    rows = [*ROWS, ROWS[0] | {"ean": "541440110000000002", "older": 1, "newer": 3.5}]
    assert shown(59, rows) == ["customer", "ean", "older", "newer"]
    assert shown(40, rows) == ["ean", "older", "newer"]
    out = console()
    out.width = 40
    with out.capture() as capture:
        print_table(out, COLUMNS, rows)
    told = " ".join(capture.get().split())
    assert "In each line: customer Bakkerij Peeters en Zonen, status incomplete." in told
    assert "Too narrow" not in told


def test_what_tells_lines_apart_is_not_spared_where_they_would_be_alike_without() -> None:
    columns = [name("ean", "EAN"), name("direction", "direction", spare=0), *COLUMNS[2:]]
    rows = [
        ROWS[0] | {"ean": ean, "direction": direction, "status": ean}
        for ean in ("1", "2")
        for direction in ("offtake", "injection")
    ]
    for width in (200, 42, 26):
        kept = fitting(columns, rows, width)
        assert kept is not None
        assert [one.key for one in kept][:2] == ["ean", "direction"], width
    only = [row for row in rows if (row["ean"] == "1") == (row["direction"] == "offtake")]
    kept = fitting(columns, only, 20)
    assert kept is not None
    assert "direction" not in [one.key for one in kept], "the EAN tells"


words = st.sampled_from(["", "a", "offtake", "541440110000000001", "x" * 30])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(words.filter(bool), words, words, words), min_size=1, max_size=6),
    st.lists(st.sampled_from([None, 0, 1, 2]), min_size=4, max_size=4),
    st.integers(20, 160),
)
def test_lines_that_differ_are_never_printed_alike(
    cells: list[tuple[str, ...]], spares: list[int | None], width: int
) -> None:
    columns = [name(f"c{i}", f"c{i}", spare=spare) for i, spare in enumerate(spares)]
    rows = [{f"c{i}": cell for i, cell in enumerate(row)} for row in cells]
    kept = fitting(columns, rows, width)
    if kept is not None:
        told = {tuple(column.cells([row])[0] for column in kept) for row in rows}
        assert len(told) == len(set(cells))
    out = console()
    out.width = width
    with out.capture() as capture:
        print_table(out, columns, rows)
    said = capture.get()
    assert "…" not in said
    if kept is None:
        for row, paragraph in zip(cells, said.split("\n\n"), strict=False):
            full = "".join(f"c{i}:{cell}" for i, cell in enumerate(row) if cell)
            assert "".join(paragraph.split()) == full


@settings(deadline=None)
@given(st.integers(30, 200))
def test_whatever_the_width_nothing_that_is_shown_is_cut_off(width: int) -> None:
    out = console()
    out.width = width
    with out.capture() as capture:
        print_table(out, COLUMNS, ROWS)
    said = capture.get()
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= width
    for column in fitting(COLUMNS, ROWS, width) or COLUMNS:
        if not column.is_prose:
            assert column.show(ROWS[0][column.key]) in said


def test_markup_in_data_is_printed_as_it_is() -> None:
    out = console()
    with out.capture() as capture:
        out.print(build_table(COLUMNS[:1], [{"customer": "[bold]Peeters[/] \\[x]"}]))
    assert "[bold]Peeters[/] \\[x]" in capture.get()
