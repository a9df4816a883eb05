"""SQL kept in files: each statement has a name, and one line that says what it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

_STATEMENT = re.compile(r"^-- name: (?P<name>\w+)\n-- (?P<purpose>.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """``text`` may hold several statements, divided by semicolons."""

    name: str
    purpose: str
    text: str


def parse_sql(source: str) -> dict[str, Statement]:
    """The statements of ``source`` by name.

    >>> parse_sql("-- name: now_\\n-- The time.\\nSELECT now();\\n")["now_"].text
    'SELECT now();'
    """
    heads = list(_STATEMENT.finditer(source))
    if len({head["name"] for head in heads}) != source.count("-- name:"):
        raise ValueError("every statement needs a name of its own and a line saying its purpose")
    ends = [head.start() for head in heads[1:]] + [len(source)]
    return {
        head["name"]: Statement(head["name"], head["purpose"], source[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=False)
    }


def load_sql(package: str, filename: str) -> dict[str, str]:
    """The texts of the named statements in a file that ships with ``package``."""
    source = read_sql_file(package, filename)
    return {name: statement.text for name, statement in parse_sql(source).items()}


def read_sql_file(package: str, filename: str) -> str:
    """A whole SQL file that ships with ``package``."""
    return files(package).joinpath(filename).read_text(encoding="utf-8")
