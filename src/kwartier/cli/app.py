"""All commands together, and how they end.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some fetches failed and will be asked again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import Final

from cyclopts import App, CycloptsError
from rich.markup import escape

from kwartier import __version__
from kwartier.cli.output import error_console
from kwartier.cli.without_pandas import do_without_pandas
from kwartier.errors import InputError, KwartierError
from kwartier.settings import forget_if_empty

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130

COMMANDS: Final = {
    "demo": "Show all of it in a minute: consent, a year of quarter-hours, month peaks, and the "
    "proof.",
    "emulator": "Emulate Fluvius and Eneco with their token services, to build against before "
    "onboarding.",
    "sync": "Fetch what the mandates permit and the store does not have yet.",
    "serve": "Keep the store up to date until SIGTERM or Ctrl-C: poll mandates, sync every day.",
    "console": "Serve the pages for colleagues, customers and programs until Ctrl-C, without "
    "syncing.",
    "users": "The colleagues who use the console: who they are, and their roles.",
    "alerts": "Show what needs a person: since when, and who was told; tell them, and try "
    "receivers.",
    "config": "The configuration file: write one, or have one checked.",
    "mandates": "Ask Fluvius for the mandates, match them to customers, and list them.",
    "renewals": "List the mandates to be renewed, the most urgent first, as the store knows them.",
    "link": "Make the address where a customer shares meters with you; it lives for 24 hours.",
    "invite": "Print a customer's permanent link to the page where it begins to share, and later "
    "renews.",
    "invitations": "List the customers that you invited, their links, and when these were last "
    "used.",
    "peaks": "Show each metering point's month peaks and its twelve-month figure, in kW.",
    "coverage": "Show per metering point and month how complete the data is, where the gaps are, "
    "and which meters were exchanged.",
    "totals": "Add up the energy of each metering point by local day, month or year.",
    "plot": "Draw a metering point's load curve, or its months: energy, and peaks of electricity.",
    "revisions": "Show what changed of values that were known: when, from what to what, and by "
    "which fetch.",
    "export": "Write the measurements to a Parquet file for pandas, Polars, DuckDB or Spark.",
    "backup": "Copy the store, as it is at one moment, while others go on using it.",
    "restore": "Make the store what a backup holds, after checking the backup against its "
    "manifest.",
    "migrate": "Bring a store that an older kwartier wrote up to date, as a sync does first.",
    "publish": "Bring a folder of Parquet files up to date with the store, for pandas, Polars, "
    "DuckDB, Spark.",
    "mock_mandate": "Make up a mandate in the sandbox, under a customer's reference number.",
    "customers": "Add, import and list customers and their reference numbers.",
    "consents": "Show what customers agreed to with you: for which purposes, in which words, when.",
    "disclose": "Write all that is held of one customer: a page to read, and Parquet and JSON to "
    "take away.",
    "explain": "Walk a value or a month peak back: fetch, revisions, mandate, consent, customer; "
    "where there is nothing, why not.",
    "why": "Say why there is no data of a customer, or not all of it, each cause with what to do "
    "next, in words to read to the customer; without a customer, how many have which cause.",
    "funnel": "Count the customers by how far they have come, from an invitation to complete data, "
    "and list those that are stuck longest; with --stage all who are in one stage.",
    "holds": "Show what is held back, and decide: keep it, erase it, or confirm what the fuse "
    "stopped.",
    "erase": "Erase a customer's data on request, and do not fetch it again while the mandate "
    "lasts.",
    "receipts": "List the receipts of what was erased: counts and bounds, no values and no EANs.",
    "api_keys": "Make, list and withdraw keys of the REST API.",
    "verify": "Try on a sandbox everything that kwartier takes for granted about the API.",
    "doctor": "Look at configuration, network, clock, sign-in, certificate and store, and say what "
    "to do.",
    "postman": "Write a Postman collection of the API, and environments that hold your "
    "credentials.",
}
"""Each command with the line that tells of it in the list: the first of its own help, said here
once more so that the list need not import what all commands need.
"""


def _command_line(*, is_list: bool) -> App:
    """All commands, by name: none waits for what only the others import."""
    commands = App(
        name="kwartier",
        version=__version__,
        version_format="plaintext",
        help="Metering data of consenting customers, from Fluvius to the energy service provider "
        "of their choice. Start with `kwartier demo`.",
    )
    for command, line in COMMANDS.items():
        commands.command(f"kwartier.cli.{command}:{command}", help=line if is_list else None)
    return commands


app = _command_line(is_list=False)


def _asks_for_the_list(arguments: Sequence[str]) -> bool:
    return not arguments or arguments[0] in app.help_flags


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    do_without_pandas()
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every foreseen failure is one clear line."""
    logging.basicConfig(format="kwartier: %(message)s", level=logging.WARNING)
    forget_if_empty("KWARTIER_STORE")
    try:
        arguments = sys.argv[1:] if arguments is None else arguments
        commands = _command_line(is_list=True) if _asks_for_the_list(arguments) else app
        code = commands(
            arguments,
            exit_on_error=False,
            error_console=error_console(),
            result_action="return_value",
        )
        sys.stdout.flush()
    except CycloptsError:
        return WRONG_USAGE
    except InputError as error:
        return _complain(error, WRONG_USAGE)
    except KwartierError as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`kwartier peaks | head`): nothing more to say, to anyone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _complain(error: KwartierError, code: int) -> int:
    error_console().print(f"[bold red]kwartier:[/] {escape(str(error))}", soft_wrap=True)
    return code
