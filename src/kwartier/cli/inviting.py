"""What `kwartier invite` shares for one customer and for a file of them: terms, links, QR codes."""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from kwartier.cli.services import SERVICES, Services
from kwartier.errors import KwartierError
from kwartier.office.terms import Terms
from kwartier.vocabulary.local_time import parse_instant
from kwartier.web.qr_codes import QrCode

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME: Final = 60
_CHUNK: Final = 250


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TermsOptions:
    """What is asked of the customers; where nothing is given, [connect] of the settings says."""

    service: Services = None
    from_: Annotated[
        str | None, Parameter(name="--from", help="first day; else as the settings say")
    ] = None
    to: Annotated[str | None, Parameter(help="the day after the last; else open-ended")] = None
    max_eans: Annotated[int | None, Parameter(help="at most so many EANs, up to 1000")] = None
    expect: Annotated[
        int | None, Parameter(help="how many EANs you expect, to tell who shares fewer")
    ] = None
    sso: Annotated[
        bool | None,
        Parameter(
            show_default=False, help="spare who is signed in at Fluvius already a second time"
        ),
    ] = None

    def terms(self) -> Terms:
        """The terms; :class:`InputError` for what cannot be."""
        return Terms(
            services=tuple(SERVICES[one].value for one in self.service or ()),
            period_start=parse_instant(self.from_, "--from") if self.from_ else None,
            period_end=parse_instant(self.to, "--to") if self.to else None,
            max_eans=self.max_eans,
            expected_eans=self.expect,
            sso=self.sso,
        )

    def typed(self) -> dict[str, tuple[str, object]]:
        """The flags behind the terms' names, for errors."""
        return {
            "services": ("--service", self.service),
            "period_start": ("--from", self.from_),
            "period_end": ("--to", self.to),
            "max_eans": ("--max-eans", self.max_eans),
            "expected_eans": ("--expect", self.expect),
            "sso": ("--sso", self.sso),
        }


TERMS: Final = TermsOptions()


def terms_as_json(terms: Terms) -> dict[str, Any]:
    """The same for programs."""
    return {
        "services": list(terms.services),
        "period_start": terms.period_start,
        "period_end": terms.period_end,
        "max_eans": terms.max_eans,
        "expected_eans": terms.expected_eans,
        "sso": terms.sso,
    }


def file_names(customer_ids: Sequence[str]) -> list[str]:
    """A name for each customer's files, the id where that fits, no two the same on any disk."""
    taken: set[str] = set()
    names = []
    for customer_id in customer_ids:
        name = base = _UNFIT.sub("_", customer_id).strip(".")[:_LONGEST_NAME] or "_"
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.lower())
        names.append(name)
    return names


def write_qr_codes(folder: Path, links: Sequence[tuple[str, str]]) -> Iterator[int]:
    """Write ``NAME.png`` and ``NAME.svg`` for each name and link; yields how many are written.

    For this user alone, as what they say: who holds a link can use it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chunks = list(_chunks(links))
        if len(chunks) == 1:
            yield _write(folder, chunks[0])
            return
        # Not forked: a copy of this process would hold a half of its threads' locks.
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
            yield from pool.map(_write, [folder] * len(chunks), chunks)
    except OSError as error:
        raise KwartierError(f"cannot write into {folder} ({error.strerror})") from error


def _chunks(links: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    rest = iter(links)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _write(folder: Path, links: Sequence[tuple[str, str]]) -> int:
    for name, link in links:
        code = QrCode(link)
        _write_own(folder / f"{name}.png", code.png())
        _write_own(folder / f"{name}.svg", code.svg())
    return len(links)


def _write_own(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, whoever could read one of that name before."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
