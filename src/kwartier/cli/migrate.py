"""``kwartier migrate``: bring a store that an older kwartier wrote up to date."""

from __future__ import annotations

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.store import open_store


def migrate(*, options: StoreOptions = STORE) -> None:
    """Bring a store that an older kwartier wrote up to date, as a sync does first.

    A copy is brought up to date and takes the store's place in one move: whatever happens
    meanwhile, the store is the old one or the new one. It needs room for the copy.

    Example: kwartier migrate --store data/kwartier.duckdb
    """
    with open_store(options.store) as store:
        version = store.migrate()
    if options.json:
        print_json({"store": str(options.store), "version": version})
    else:
        told = f"{options.store} is up to date: version {version}."
        console().print(told, highlight=False, markup=False, soft_wrap=True)
