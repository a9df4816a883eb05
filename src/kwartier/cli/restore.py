"""``kwartier restore``: a store from a backup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.backup import told
from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.office import office_of, open_office
from kwartier.office.backup import check_copy, put_back
from kwartier.store import StoreError, open_store
from kwartier.store.backups import Restored, office_beside, restore_store
from kwartier.store.manifest import copy_and_digest, read_manifest
from kwartier.sync.forgetting import forget_in_office


def restore(
    from_: Path,
    /,
    *,
    force: Annotated[
        bool, Parameter(negative="", help="replace the store that is there; it is kept beside")
    ] = False,
    options: StoreOptions = STORE,
) -> None:
    """Make the store what a backup holds, after checking the backup against its manifest.

    The office file is put back with it, where the backup has one.
    What changed since the backup is gone from the store; the next sync fetches what Fluvius still
    has. What was erased since is erased again, by the receipts beside the store. A store that is
    there stays beside, under a name with the time in it, until you delete it or until something is
    erased next, for it would hold that still.

    Example: kwartier restore /var/backups/kwartier/kwartier-20261120T020000Z.duckdb

    Parameters
    ----------
    from_:
        the backup's .duckdb file, its manifest beside it
    """
    if from_.is_dir():
        raise InputError("FROM", f"{from_} is a folder", "name one of the backups in it")
    check_office(from_)
    restored = restore_store(from_, options.store, force=force, now=datetime.now(UTC))
    forgotten = _restore_office(from_, options.store, restored)
    former = None if restored.former is None else str(restored.former)
    if options.json:
        print_json(
            {
                "store": str(options.store),
                "former": former,
                "receipts_replayed": restored.replayed,
                "invitations_erased": forgotten,
                **told(restored.manifest),
            }
        )
        return
    lines = [
        f"{options.store} is as it was at {plain(restored.manifest.created_at)}. "
        "Run `kwartier sync` to bring it up to now."
    ]
    if restored.replayed:
        again = counted(restored.replayed, "receipt")
        lines.append(f"Erased again what was erased since, as {again} told.")
    if forgotten:
        lines.append(f"Erased again {counted(forgotten, 'invitation')} of customers who left.")
    if restored.manifest.office is not None:
        lines.append(
            "The office file is as it was, too: everybody signs in again, and users or API keys "
            "that were withdrawn since are to be withdrawn again."
        )
    if former:
        lines.append(
            f"The former store is kept as {former}: delete it once you are sure. It goes by itself "
            "when something is erased next."
        )
    console().print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def check_office(backup: Path) -> None:
    """Raise :class:`StoreError` if the office file of a backup is not the one that its manifest
    tells of, before anything is replaced.
    """
    told = read_manifest(backup).office
    if told is None:
        return
    beside = office_beside(backup)
    try:
        with beside.open("rb") as copy:
            found = copy_and_digest(copy)
    except OSError as error:
        raise StoreError(f"{beside} cannot be read ({error.strerror}): keep it beside") from error
    if found != (told.bytes, told.sha256):
        raise StoreError(f"{beside} is damaged: it is not the file that its manifest tells of")
    check_copy(beside)


def _restore_office(backup: Path, path: Path, restored: Restored) -> int:
    """Put the office file back, if the backup has one, and let it forget again whom the receipts
    say was forgotten; how many invitations that were.
    """
    office = open_office(path)
    if restored.manifest.office is not None:
        former = None if restored.former is None else office_of(restored.former)
        put_back(office_beside(backup), office, former=former)
    with open_store(path) as store:
        return forget_in_office(store, office)
