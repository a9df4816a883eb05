"""The steps of the demo, in the order in which its screen shows them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from kwartier.cli.configured import Running
from kwartier.cli.coverage import coverage_rows
from kwartier.cli.demo import screen
from kwartier.cli.demo.folder import own_folder
from kwartier.cli.demo.heat_screen import tell_heat
from kwartier.cli.demo.netherlands import share_heat
from kwartier.cli.demo.people import CLOCK, FIRST_DAY, PEOPLE, Person, customer, eans
from kwartier.cli.demo.proof import prove, prove_data_owners
from kwartier.cli.demo.running_emulator import running_emulator
from kwartier.cli.mandates import mandate_rows
from kwartier.cli.options import PointOptions
from kwartier.cli.output import console, error_console
from kwartier.cli.peaks import measure
from kwartier.cli.progress import progress
from kwartier.cli.provider import connect, credentials_for
from kwartier.cli.reading import Reading
from kwartier.cli.running import run_async
from kwartier.cli.services import SERVICES
from kwartier.cli.sync import sync_store
from kwartier.configuration import Configuration
from kwartier.export import export_parquet
from kwartier.fluvius import Environment
from kwartier.settings import load_env_file
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.sync.report import unwatched
from kwartier.vocabulary.provider import FLUVIUS


def demo(
    *,
    folder: Annotated[Path, Parameter(help="where the demo keeps its files")] = Path(
        "kwartier-demo"
    ),
) -> int:
    """Show all of it in a minute: consent, a year of quarter-hours, month peaks, and the proof.

    Starts the emulator on a free port, makes up 25 customers in Belgium and 5 in the Netherlands,
    fetches their data over HTTP (13 months from Fluvius, the last weeks from Eneco) into one store,
    and prints what an energy service provider looks at every day. The folder it leaves holds the
    store and a Parquet file to go on with.

    Example: kwartier demo
    """
    out = console()
    with (
        own_folder(folder),
        running_emulator(folder, CLOCK) as env_file,
        open_store(folder / "kwartier.duckdb", create=True) as store,
    ):
        load_env_file(env_file)
        address = os.environ["FLUVIUS_SANDBOX_BASE_URL"].partition("/esco")[0]
        screen.tell_that_it_is_emulated(out, CLOCK, address)
        ask_for_consent(store)
        return _show(out, store, folder, address)


def _show(out: Console, store: Store, folder: Path, address: str) -> int:
    running = Running(
        configuration=Configuration(),
        store=folder / "kwartier.duckdb",
        is_sandbox=True,
    )
    fluvius = running.asked(FLUVIUS)
    with progress(error_console()) as watch:
        first = run_async(sync_store(store, running, fluvius, watch))
    if first.stopped:
        return _stopped(out)
    second = run_async(sync_store(store, running, fluvius, unwatched))
    options = PointOptions(store=folder / "kwartier.duckdb")
    reading = Reading(store, options)
    mandates = mandate_rows(store, reading.now)
    coverage = coverage_rows(reading)
    screen.tell_consent(out, mandates, coverage)
    screen.tell_backfill(out, first, second, coverage)
    screen.tell_peaks(out, reading, *measure(reading))
    heat = share_heat(store, running, address, error_console())
    if heat.first.stopped or heat.second.stopped:
        return _stopped(out)
    tell_heat(out, store, options, heat)
    shared = sorted({row["metering_point"] for row in mandates if row["metering_point"]})
    with error_console().status("comparing the store with the emulator's truth"):
        belgian = prove(store, address, shared)
        dutch = prove_data_owners(store, address, sorted(heat.owners.values()))
    screen.tell_proof(out, belgian, dutch)
    export_parquet(store.scan(), folder / "measurements.parquet")
    screen.tell_what_next(out, folder)
    failed = first.failed or heat.first.failed or heat.second.failed
    return 0 if (belgian + dutch).holds and not failed else 1


def _stopped(out: Console) -> int:
    out.print("Stopped. Run `kwartier demo` again to start over.")
    return 3


def ask_for_consent(store: Store) -> None:
    """Register the customers and make up what became of each request for consent."""
    people: Sequence[Person] = PEOPLE
    store.change_customers(
        [customer(i, person) for i, person in enumerate(people)], provider=FLUVIUS, now=CLOCK
    )
    references = {r.customer_id: r.reference_number for r in store.references()}
    with connect(Environment.SANDBOX, credentials_for(Environment.SANDBOX)) as client:
        for number, person in enumerate(people):
            for ean in eans(number, person):
                for service in person.services:
                    client.create_mock_mandate(
                        reference_number=references[customer(number, person).customer_id],
                        ean=ean,
                        data_service_type=SERVICES[service],
                        data_period_from=FIRST_DAY,
                        data_period_to=person.until,
                        status=person.status,
                    )
