"""What people typed reaches a spreadsheet as text."""

from __future__ import annotations

import pytest

from kwartier.web.csv_lines import csv_line, inert


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "@SUM(1)", "+1+cmd|' /C calc'!A0", "-2+3+cmd|x", "\t=1", "\r=1", "+A1", "-", "+(1)"],
)
def test_a_formula_is_made_text(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "c-1", "+32 475 12 34 56", "+32-475/12.34.56", "-5", "a=b"])
def test_what_is_none_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell


def test_a_line_is_quoted_as_csv_has_it() -> None:
    assert csv_line(["a,b", '=c"d', ""]) == '"a,b","\'=c""d",\r\n'
