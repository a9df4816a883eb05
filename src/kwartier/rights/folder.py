"""Writing a disclosure: a folder that appears whole or not at all, for its owner alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from kwartier.errors import InputError
from kwartier.export import ExportError
from kwartier.office import Office
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.account import Account, open_account
from kwartier.rights.content import FORMAT, FORMAT_VERSION, content_of
from kwartier.rights.figures import figures_of
from kwartier.rights.held import held_of_point
from kwartier.rights.page import ToldPoint, page_of
from kwartier.rights.readme import readme
from kwartier.rights.tables import Tables, tables_in
from kwartier.store import Store
from kwartier.store.manifest import copy_and_digest
from kwartier.vocabulary.interval import Interval

MANIFEST: Final = "manifest.json"
PAGE: Final = "index.html"
EVERYTHING: Final = Interval(BEGINNING, END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """What was written where: ``values``, ``revisions`` and ``requests`` in rows. ``shared`` are
    metering points of which another customer's mandate covers some of the same time.
    """

    folder: Path
    customer_id: str
    metering_points: int
    values: int
    revisions: int
    requests: int
    shared: tuple[str, ...]


def disclose(
    store: Store,
    customer_id: str,
    folder: Path,
    *,
    made: datetime,
    chosen: Interval = EVERYTHING,
    force: bool = False,
    office: Office | None = None,
) -> Disclosed:
    """Write all that ``store`` and ``office`` hold of a customer into ``folder``, of values what
    lies wholly in ``chosen``; ``made`` is the time now.

    An earlier disclosure there is replaced only if ``force`` says so, and anything else never.
    Raises :class:`InputError`, and :class:`~kwartier.export.ExportError` if the disk refuses; then
    what was there still is.
    """
    folder = check_folder(folder, force=force)
    with store.snapshot(about=customer_id) as moment:
        account = open_account(moment, customer_id, chosen=chosen, office=office)
        with _draft(folder) as draft:
            rows = _write(moment, account, draft, made)
    return Disclosed(
        folder=folder,
        customer_id=customer_id,
        metering_points=len(list(account.points())),
        values=rows["measurements"],
        revisions=rows["revisions"],
        requests=rows["requests"],
        shared=tuple(account.shared),
    )


def check_folder(folder: Path, *, force: bool) -> Path:
    """The folder as an absolute path, if a disclosure may be written there."""
    folder = folder.absolute()
    if not folder.exists() and not folder.is_symlink():
        return folder
    if not folder.is_dir() or folder.is_symlink():
        raise InputError("out", f"{folder} is no folder", "name one that is not there yet")
    if not any(folder.iterdir()):
        return folder
    if not _is_disclosure(folder):
        rule = f"{folder} holds something else"
        raise InputError("out", rule, "name a folder that is not there yet; nothing was touched")
    if not force:
        rule = f"{folder} holds a disclosure already"
        raise InputError("out", rule, "--force replaces it")
    return folder


def _is_disclosure(folder: Path) -> bool:
    try:
        told: Any = msgspec.json.decode((folder / MANIFEST).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return False
    return isinstance(told, dict) and told.get("format") == FORMAT


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder beside, which takes the place of ``folder`` once the block ends well."""
    draft, former = (folder.with_name(f".{folder.name}.{os.getpid()}.{n}") for n in ("new", "old"))
    try:
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        yield draft
        if folder.exists():
            folder.rename(former)
        draft.rename(folder)
        shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        if former.exists() and not folder.exists():
            former.rename(folder)
        raise ExportError(
            f"cannot write {folder} ({error.strerror}): check that you may write around it and "
            "that the disk has room"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(store: Store, account: Account, folder: Path, made: datetime) -> dict[str, int]:
    with tables_in(folder) as tables:
        points = list(_points(store, account, tables))
    content = content_of(account, [point.summary for point in points], made)
    _put(folder / "disclosure.json", _json(content))
    _put(folder / "README.txt", readme().encode())
    names = sorted(path.name for path in folder.iterdir())
    _put(folder / PAGE, page_of(account, points, names=names, made=made).encode())
    _put(folder / MANIFEST, _manifest(folder, made))
    return tables.rows


def _points(store: Store, account: Account, tables: Tables) -> Iterator[ToldPoint]:
    """Write each metering point's tables, and keep of them what the page shows."""
    for point, claims in account.points():
        held = held_of_point(store, account, point, claims)
        totals, peaks = figures_of(account, held, claims)
        for name, table in (
            ("measurements", held.values),
            ("revisions", held.revisions),
            ("totals", totals),
            ("peaks", peaks),
            ("requests", held.requests),
        ):
            tables.add(name, table)
        yield ToldPoint(held.summary(), totals, peaks)


def _put(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _manifest(folder: Path, made: datetime) -> bytes:
    listed = []
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            size, digest = copy_and_digest(file)
        listed.append({"name": path.name, "bytes": size, "sha256": digest})
    about = {"format": FORMAT, "format_version": FORMAT_VERSION, "made_at": made}
    return _json({**about, "files": listed})


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
