"""Which version of the store or the office is there, told without opening the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kwartier import __version__
from kwartier.office import Office
from kwartier.store import StoreError


@dataclass(frozen=True, slots=True)
class Version:
    """A version by name, and when it came to be."""

    name: str
    at: datetime


def store_version(path: Path) -> Version:
    """The version of the store at ``path``, told by its file: each commit is written into it
    before it is closed. StoreError if there is none.
    """
    try:
        found = [path.stat()]
        log = path.with_name(path.name + ".wal")
        found += [log.stat()] if log.exists() else []
    except OSError as error:
        raise StoreError(f"there is no store at {path}") from error
    at = max(one.st_mtime_ns for one in found) / 1e9
    marks = [(one.st_ino, one.st_mtime_ns, one.st_size) for one in found]
    return Version(repr(marks), datetime.fromtimestamp(at, UTC))


def office_version(office: Office) -> str:
    """The version of the office's invitations and of what happened at their links."""
    with office.reading() as connection:
        marks = connection.execute(
            "SELECT (SELECT count(*) FROM invitations), (SELECT max(invitation_id) FROM"
            " invitations), (SELECT max(withdrawn_at) FROM invitations),"
            " (SELECT max(visit_id) FROM visits), (SELECT count(*) FROM visits)"
        )
        return repr(tuple(marks.fetchone()))


def strong_etag(*marks: str) -> str:
    """A strong ETag of whatever decides over an answer; another kwartier answers otherwise."""
    return f'"{_digest([__version__, *marks])}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether ``etag`` is among those of an If-None-Match or If-Match header, compressed or not;
    ``*`` is any.
    """
    if header is None:
        return False
    stated = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in stated or bool({etag, packed(etag)} & stated)


def packed(etag: str) -> str:
    """The ETag of the same, compressed."""
    return f'{etag[:-1]}-gzip"'


def _digest(marks: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(marks).encode(), digest_size=12).hexdigest()
