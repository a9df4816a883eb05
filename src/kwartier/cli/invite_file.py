"""``kwartier invite --csv``: thousands of customers at once, ready for a mail merge."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.progress import Progress

from kwartier.cli.inviting import file_names, write_qr_codes
from kwartier.cli.output import error_console
from kwartier.cli.services import SERVICES
from kwartier.cli.wording import as_typed
from kwartier.errors import InputError, KwartierError
from kwartier.office import Office
from kwartier.office.invitations import Invited, invite_all
from kwartier.office.terms import Terms
from kwartier.registry.customer_file import COLUMNS, CustomerRow, read_rows
from kwartier.store.port import Store
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.web.csv_lines import inert

LINK_COLUMNS: Final = ("link", "qr_png", "qr_svg")
LIST: Final = "invitations.csv"
_QR: Final = "qr"
_COLUMN_OF: Final = {
    "services": "service",
    "period_start": "from",
    "period_end": "to",
    "max_eans": "max_eans",
    "expected_eans": "expect",
    "sso": "sso",
}
TERM_COLUMNS: Final = tuple(_COLUMN_OF.values())
_WORDS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_invitations(
    path: Path, usual: Terms, *, provider: str, at: datetime
) -> list[CustomerRow[Terms]]:
    """The customers in the file at ``path`` with the terms for each: what a row does not say is as
    in ``usual``. InputError names all lines that are wrong.
    """

    def terms_of(said: Mapping[str, str]) -> Terms:
        with as_typed({name: (column, said.get(column)) for name, column in _COLUMN_OF.items()}):
            terms = replace(usual, **_said(said))
            terms.check(provider, at)
        return terms

    return read_rows(path, TERM_COLUMNS, terms_of)


def invite_rows(
    store: Store,
    office: Office,
    rows: Sequence[CustomerRow[Terms]],
    *,
    provider: str,
    at: datetime,
) -> list[Invited]:
    """Add the customers that are not known, change those of whom the rows say something else, and
    invite all of them, ``at`` the provider's time.
    """
    store.change_customers([row.change for row in rows], provider=FLUVIUS, now=at)
    asked = [(row.change.customer_id, row.more) for row in rows]
    return invite_all(office, asked, provider=provider, at=at)


def write_invitations(
    folder: Path, rows: Sequence[CustomerRow[Terms]], links: Sequence[str], *, quiet: bool
) -> Path:
    """Write the QR codes and, last and in one move, the list that names them: the columns that
    were given, the link, and where its QR codes are.
    """
    names = file_names([row.change.customer_id for row in rows])
    with Progress(console=error_console(), transient=True, disable=quiet) as bar:
        task = bar.add_task("QR codes", total=len(rows))
        for count in write_qr_codes(folder / _QR, list(zip(names, links, strict=True))):
            bar.advance(task, count)
    given = [one for one in (*COLUMNS, *TERM_COLUMNS) if any(one in row.said for row in rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*given, *LINK_COLUMNS])
    for row, link, name in zip(rows, links, names, strict=True):
        cells = [inert(row.said.get(column, "")) for column in given]
        writer.writerow([*cells, link, f"{_QR}/{name}.png", f"{_QR}/{name}.svg"])
    return _write(folder / LIST, out.getvalue())


def _write(path: Path, text: str) -> Path:
    """For this user alone: who holds a link can use it. Excel needs the mark to see UTF-8."""
    draft = path.with_suffix(".csv.tmp")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8-sig"))
        draft.replace(path)
    except OSError as error:
        raise KwartierError(f"cannot write {path} ({error.strerror})") from error
    return path


def _said(said: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "service" in said:
        found["services"] = tuple(_service(one) for one in said["service"].lower().split())
    for name in ("period_start", "period_end"):
        if (column := _COLUMN_OF[name]) in said:
            found[name] = parse_instant(said[column], column)
    for name in ("max_eans", "expected_eans"):
        if (column := _COLUMN_OF[name]) in said:
            found[name] = _number(said[column], column)
    if "sso" in said:
        if said["sso"].lower() not in _WORDS:
            raise InputError("sso", "must be yes or no", f"got {said['sso']!r}")
        found["sso"] = _WORDS[said["sso"].lower()]
    return found


def _service(word: str) -> str:
    for known, service in SERVICES.items():
        if word == known:
            return service.value
    raise InputError("service", f"must be of {', '.join(SERVICES)}, with blanks between", word)


def _number(text: str, column: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InputError(column, "must be a whole number", f"got {text!r}")
    return int(text)
