"""``kwartier console``: the provider's own pages, without a sync beside them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from kwartier.cli.alerting import certificates_of
from kwartier.cli.configured import ConfiguredOptions, prepare
from kwartier.cli.output import console as terminal
from kwartier.cli.running import run_async, stopped_by_signals
from kwartier.cli.website import PlaceOptions, Website, settings_of, website, website_served
from kwartier.office import Office, open_office
from kwartier.office.forgetting import forget_accesses
from kwartier.office.users import users
from kwartier.store import open_store


def console(
    *,
    place: PlaceOptions = PlaceOptions(),  # noqa: B008 - frozen
    options: ConfiguredOptions = ConfiguredOptions(),  # noqa: B008 - frozen
) -> None:
    """Serve the pages for colleagues, customers and programs until Ctrl-C, without syncing.

    `kwartier serve` does both once [web] says so. Add who may sign in first: `kwartier users add`.

    Example: kwartier console --store kwartier.duckdb

    Example: kwartier console --config kwartier.toml --port 8602
    """
    running = prepare(options)
    settings = settings_of(running.configuration, place)
    store = open_store(running.store, create=True)
    site = website(
        running.configuration,
        settings,
        store=store,
        path=running.store,
        certificates=certificates_of([running.asked(name) for name in running.named()]),
    )
    office = open_office(running.store)
    keep = running.configuration.service.keep_access_log
    forget_accesses(office, before=datetime.now(UTC) - keep)
    run_async(_serve(site, office, running.store))


async def _serve(site: Website, office: Office, path: Path) -> None:
    out = terminal()
    with stopped_by_signals() as stop:
        async with website_served(site) as address:
            out.print(f"Serving {address}: Ctrl-C ends it.", highlight=False, markup=False)
            if not await asyncio.to_thread(users, office):
                out.print(
                    "Nobody may sign in yet: `kwartier users add NAME --role privacy_officer "
                    f"--store {path}` adds the first.",
                    highlight=False,
                    markup=False,
                )
            await stop.wait()
