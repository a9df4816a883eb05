"""Customers as a CSV file: one row a customer, columns by name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from kwartier.errors import InputError
from kwartier.registry.customers import Customer

COLUMNS = tuple(field.name for field in fields(Customer))
_REQUIRED = "customer_id"


def read_customers(path: Path) -> list[Customer]:
    """Read customers from a CSV file with a header row.

    ``customer_id`` is required, the other columns (``label``, ``flow``, ``enterprise_number``,
    ``language``, ``contact``) are optional, an empty cell means the default. Comma, semicolon or
    tab separates. All rows are read or, with :class:`InputError` naming the line, none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError("file", f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError("file", f"{path} is not UTF-8 text") from error
    lines = text.splitlines()
    if not lines:
        raise InputError("file", f"{path} is empty", f"its first line names columns: {COLUMNS}")
    rows = csv.DictReader(lines, delimiter=_delimiter(lines[0]))
    names = [name.strip() for name in rows.fieldnames or []]
    rows.fieldnames = names
    unknown = [name for name in names if name not in COLUMNS]
    if _REQUIRED not in names or unknown:
        what = f"unknown: {', '.join(unknown)}" if unknown else f"{_REQUIRED} is missing"
        raise InputError("header", f"the columns are {', '.join(COLUMNS)}", what)
    return _distinct(_customer(row, rows.line_num) for row in rows)


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _customer(row: dict[str | None, str | None], line: int) -> tuple[int, Customer]:
    if None in row:
        raise InputError(f"line {line}", "has more cells than the header")
    cells = {name: cell.strip() for name, cell in row.items() if name and cell and cell.strip()}
    if _REQUIRED not in cells:
        raise InputError(f"line {line}, {_REQUIRED}", "must not be empty")
    try:
        return line, Customer(**cells)
    except InputError as error:
        raise InputError(f"line {line}, {error.field}", error.rule) from error


def _distinct(rows: Iterable[tuple[int, Customer]]) -> list[Customer]:
    lines: dict[str, int] = {}
    customers = []
    for line, customer in rows:
        if customer.customer_id in lines:
            rule = f"{customer.customer_id!r} stands on line {lines[customer.customer_id]} already"
            raise InputError(f"line {line}, customer_id", rule)
        lines[customer.customer_id] = line
        customers.append(customer)
    return customers
