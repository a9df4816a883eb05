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
from kwartier.store.backups import restore_store


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
    restored = restore_store(from_, options.store, force=force, now=datetime.now(UTC))
    former = None if restored.former is None else str(restored.former)
    if options.json:
        print_json(
            {
                "store": str(options.store),
                "former": former,
                "receipts_replayed": restored.replayed,
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
    if former:
        lines.append(
            f"The former store is kept as {former}: delete it once you are sure. It goes by itself "
            "when something is erased next."
        )
    console().print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
