"""Tables on screens of any width."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.cli.output import Column, build_table, console, fitting, number, plain, prose

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


def test_what_can_be_spared_goes_first_and_the_rest_from_the_right() -> None:
    def shown(width: int) -> list[str]:
        return [column.key for column in fitting(COLUMNS, ROWS, width)]

    assert shown(200) == ["customer", "ean", "older", "newer", "status"]
    assert shown(69) == ["customer", "ean", "newer", "status"]
    assert shown(59) == ["customer", "ean", "status"]
    assert shown(30) == ["customer", "status"]
    assert shown(20) == ["customer"]


def test_a_column_that_says_nothing_goes_before_one_that_does() -> None:
    rows = [row | {"newer": None} for row in ROWS]
    assert [column.key for column in fitting(COLUMNS, rows, 69)] == [
        "customer",
        "ean",
        "older",
        "status",
    ]
    assert len(fitting(COLUMNS, rows, 200)) == len(COLUMNS)


@settings(deadline=None)
@given(st.integers(30, 200))
def test_whatever_the_width_nothing_that_is_shown_is_cut_off(width: int) -> None:
    out = console()
    out.width = width
    kept = fitting(COLUMNS, ROWS, width)
    with out.capture() as capture:
        out.print(build_table(kept, ROWS))
    said = capture.get()
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= width
    for column in kept:
        if not column.is_prose:
            assert column.show(ROWS[0][column.key]) in said


def test_markup_in_data_is_printed_as_it_is() -> None:
    out = console()
    with out.capture() as capture:
        out.print(build_table(COLUMNS[:1], [{"customer": "[bold]Peeters[/] \\[x]"}]))
    assert "[bold]Peeters[/] \\[x]" in capture.get()
