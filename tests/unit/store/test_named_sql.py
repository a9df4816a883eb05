"""SQL in files: named, with a purpose, and every statement in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kwartier.store.duckdb
from kwartier.store.named_sql import load_sql, parse_sql, read_sql_file

PACKAGE = "kwartier.store.duckdb"


def test_statements_are_found_by_name() -> None:
    source = (
        "-- a file\n\n-- name: one\n-- Says one.\nSELECT 1;\n\n-- name: two\n-- Two.\nSELECT 2;\n"
    )
    statements = parse_sql(source)
    assert {s.name: (s.purpose, s.text) for s in statements.values()} == {
        "one": ("Says one.", "SELECT 1;"),
        "two": ("Two.", "SELECT 2;"),
    }


@pytest.mark.parametrize(
    "source",
    [
        "-- name: one\nSELECT 1;\n",
        "-- name: one\n-- A.\nSELECT 1;\n-- name: one\n-- B.\nSELECT 2;\n",
    ],
    ids=["without purpose", "twice the same name"],
)
def test_a_statement_needs_a_purpose_and_a_name_of_its_own(source: str) -> None:
    with pytest.raises(ValueError, match="every statement needs a name"):
        parse_sql(source)


@pytest.mark.parametrize("filename", ["merge.sql", "queries.sql"])
def test_every_statement_is_used(filename: str) -> None:
    [folder] = kwartier.store.duckdb.__path__
    code = "".join(path.read_text() for path in Path(folder).glob("*.py"))
    used = set(re.findall(r'"(\w+)"', code))
    assert set(load_sql(PACKAGE, filename)) <= used


def test_the_schema_has_no_index_and_no_key() -> None:
    schema = read_sql_file(PACKAGE, "schema.sql").upper()
    assert not re.search(r"PRIMARY KEY|UNIQUE|CREATE INDEX", schema)
