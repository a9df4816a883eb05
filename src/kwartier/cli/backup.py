"""``kwartier backup``: the store as it is now, in a file that can be trusted later."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.targets import check_file_target, make_folder
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.office import open_office
from kwartier.office.backup import copy_office
from kwartier.store.backups import ENDING, Manifest, back_up, backup_name, check_there, remove_older


def backup(
    to: Path,
    /,
    *,
    keep: Annotated[
        int | None, Parameter(help="remove older backups from the folder but for so many")
    ] = None,
    options: StoreOptions = STORE,
) -> None:
    """Copy the store, as it is at one moment, while others go on using it.

    The office file beside it (invitations, users, access log, alerts) is copied, too. A sync waits
    for as long as copying the bytes takes. The backup appears whole or not at all, with a manifest
    beside it: its SHA-256, its version and its rows. It holds what the store holds, personal data
    included, and no retraction reaches it: keep few, and keep them safe.

    Example: kwartier backup /var/backups/kwartier --keep 14

    Parameters
    ----------
    to:
        a folder, made if need be, in which the name tells the time; or a new file whose name ends
        in .duckdb
    """
    now = datetime.now(UTC)
    is_file = to.suffix == ENDING and not to.is_dir()
    if keep is not None and keep < 1:
        raise InputError("--keep", "must be at least 1", f"got {keep}")
    if keep is not None and is_file:
        raise InputError("--keep", "needs a folder", f"got the file {to}")
    if is_file:
        check_file_target(to, "TO")
    folder = to.parent if is_file else to
    target = to if is_file else to / backup_name(options.store, now)
    check_there(options.store)
    make_folder(folder, "TO")
    office = open_office(options.store)
    manifest = back_up(options.store, target, now=now, copy_office=partial(copy_office, office))
    removed = remove_older(folder, options.store, keep) if keep is not None else []
    if options.json:
        print_json(
            {"file": str(target), "removed": [str(one) for one in removed], **told(manifest)}
        )
        return
    out = console()
    size = f"{manifest.bytes / 1e6:.1f} MB"
    rows = counted(manifest.rows["values"], "value")
    out.print(f"{rows} in {target} ({size})", highlight=False, markup=False, soft_wrap=True)
    if removed:
        out.print(f"Removed {counted(len(removed), 'older backup')}; {plain(keep)} kept.")


def told(manifest: Manifest) -> dict[str, Any]:
    """A manifest for programs."""
    return {
        "bytes": manifest.bytes,
        "sha256": manifest.sha256,
        "store_version": manifest.store_version,
        "created_at": manifest.created_at,
        "rows": manifest.rows,
        "office": None if manifest.office is None else manifest.office.file,
    }
