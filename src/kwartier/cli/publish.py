"""``kwartier publish``: a folder of Parquet files that the world reads instead of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.centigrade import CENTIGRADE, CentigradeOptions
from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.publishing import publish_into
from kwartier.errors import InputError
from kwartier.export import forget
from kwartier.export.published.generations import check_folder
from kwartier.store import open_store


def publish(
    *,
    to: Annotated[
        Path | None, Parameter(help="the folder; without it, all folders published before")
    ] = None,
    forget_: Annotated[
        Path | None,
        Parameter(name="--forget", help="take away what is published in this folder instead"),
    ] = None,
    declaring: CentigradeOptions = CENTIGRADE,
    options: StoreOptions = STORE,
) -> int:
    """Bring a folder of Parquet files up to date with the store, for pandas, Polars, DuckDB, Spark.

    A table is a folder, a local month a file: measurements, peaks, coverage, totals, gas days;
    README.txt there explains them. Only months that changed are written. Everything is replaced in
    one move: read all files from the folder that the link `current` leads to. What is retracted
    later goes from there, too. `kwartier sync --publish DIR` does the same after each sync.

    Example: kwartier publish --to published
    """
    if forget_ is not None and to is not None:
        raise InputError("--forget", "cannot stand beside --to", "give one of them")
    centigrade = declaring.said()
    with open_store(options.store) as store:
        if forget_ is not None:
            forget(store, forget_)
            folders = []
        else:
            folders = [check_folder(to, "--to")] if to is not None else store.publications()
            if not folders:
                raise InputError(
                    "--to", "must name the folder to publish into", "there is none yet"
                )
        published = publish_into(store, folders, centigrade=centigrade)
    if options.json:
        print_json(published.as_json())
        return 0
    published.tell(console())
    if forget_ is not None:
        console().print(f"Nothing is published in {forget_} any more.", highlight=False)
    return 0
