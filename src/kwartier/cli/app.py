"""All commands together, and how they end.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some fetches failed and will be asked again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError
from rich.markup import escape

from kwartier import __version__
from kwartier.cli.output import error_console
from kwartier.cli.without_pandas import do_without_pandas
from kwartier.errors import InputError, KwartierError
from kwartier.settings import forget_if_empty

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130

app = App(
    name="kwartier",
    version=__version__,
    help="Metering data of consenting customers, from Fluvius to the energy service provider "
    "of their choice. Start with `kwartier demo`.",
)
for command in (
    "demo",
    "emulator",
    "sync",
    "serve",
    "config",
    "mandates",
    "renewals",
    "link",
    "peaks",
    "coverage",
    "totals",
    "plot",
    "revisions",
    "export",
    "backup",
    "restore",
    "migrate",
    "publish",
    "mock_mandate",
    "customers",
    "consents",
    "disclose",
    "explain",
    "holds",
    "erase",
    "receipts",
    "verify",
    "doctor",
    "postman",
):
    # By name: a command should not wait for what only the others import.
    app.command(f"kwartier.cli.{command}:{command}")


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
        if _asks_for_the_list(arguments):
            app.resolved_commands()
        code = app(
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
