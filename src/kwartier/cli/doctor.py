"""``kwartier doctor``: is everything in place, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Final

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from kwartier.cli.options import EACH_PROVIDER, EachProviderOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.provider import means_sandbox
from kwartier.cli.sources import AskedEneco, AskedFluvius, asked
from kwartier.cli.wording import counted
from kwartier.doctor import (
    Diagnosis,
    State,
    Step,
    checklist,
    examine_eneco,
    examine_fluvius,
    examine_store,
)
from kwartier.doctor.eneco_settings import is_configured
from kwartier.doctor.onboarding import Tick
from kwartier.doctor.stores import progress_of
from kwartier.errors import InputError
from kwartier.fluvius import Environment
from kwartier.settings import environment
from kwartier.vocabulary.provider import ENECO, FLUVIUS

DONE, SOMETHING_WRONG = 0, 1

_MARKS: Final = {
    State.GOOD: "[green]✓[/]",
    State.DOUBTFUL: "[yellow]![/]",
    State.BAD: "[bold red]✗[/]",
    State.UNKNOWN: "[dim]·[/]",
}
_ENVIRONMENTS: Final = frozenset(Environment)
_TICKS: Final = {Tick.DONE: "[green]x[/]", Tick.OPEN: " ", Tick.UNSEEN: "[dim]?[/]"}


def doctor(
    *,
    onboarding: Annotated[
        bool,
        Parameter(
            negative="", help="show the way from an organisation to its customers' data instead"
        ),
    ] = False,
    options: EachProviderOptions = EACH_PROVIDER,
) -> int:
    """Look at configuration, network, clock, sign-in, certificate and store, and say what to do.

    It changes nothing; in the sandbox it asks for one short URL that nobody opens, since only
    that tells whether the contract number is known. Of Eneco the contracts in KPN FIAM are
    counted, and one page of usages is asked for. No secret is ever shown. Exit code 1: something
    is wrong.

    Example: kwartier doctor --sandbox

    Example: kwartier doctor --provider eneco
    """
    is_sandbox = means_sandbox(options)
    if onboarding:
        return _onboarding(options)
    chosen = [asked(name, is_sandbox=is_sandbox) for name in _providers(options)]
    found = [one for each in chosen for one in _examine(each, options)]
    found += examine_store(options.store)
    is_well = all(one.state is not State.BAD for one in found)
    if options.json:
        print_json(
            {
                "environment": chosen[0].environment.value,
                "ok": is_well,
                "checks": [one.as_json() for one in found],
            }
        )
    else:
        _tell(found)
    return DONE if is_well else SOMETHING_WRONG


def _providers(options: EachProviderOptions) -> list[str]:
    if options.provider is not None:
        return [options.provider]
    return [FLUVIUS, ENECO] if is_configured(environment()) else [FLUVIUS]


def _examine(chosen: AskedFluvius | AskedEneco, options: EachProviderOptions) -> list[Diagnosis]:
    variables, now = environment(), lambda: datetime.now(UTC)
    if isinstance(chosen, AskedFluvius):
        return examine_fluvius(chosen.environment, variables=variables, now=now)
    return examine_eneco(chosen.environment, variables=variables, store=options.store, now=now)


def _tell(found: Sequence[Diagnosis]) -> None:
    out = console()
    for topic, of_topic in groupby(found, key=lambda one: one.topic):
        out.print(f"[bold]{topic}[/]", highlight=False)
        out.print(Padding(_grid(of_topic), (0, 0, 1, 2)))
    out.print(_ending(found), highlight=False)


def _grid(found: Iterable[Diagnosis]) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for one in found:
        says = f"{escape(one.subject)}: [dim]{escape(one.says)}[/]"
        if one.state is State.BAD:
            says = f"[bold]{escape(one.subject)}[/]: {escape(one.says)}"
        grid.add_row(_MARKS[one.state], says)
        if one.advice:
            grid.add_row("", f"[cyan]{escape(one.advice)}[/]")
    return grid


def _ending(found: Sequence[Diagnosis]) -> str:
    bad = sum(one.state is State.BAD for one in found)
    doubtful = sum(one.state is State.DOUBTFUL for one in found)
    if bad:
        also = f", and {counted(doubtful, 'thing')} to look at" if doubtful else ""
        return f"[bold red]{counted(bad, 'thing')} wrong[/]{also}."
    if doubtful:
        return f"Nothing is wrong; [yellow]{counted(doubtful, 'thing')} to look at[/]."
    return "[green]Nothing is wrong.[/]"


def _onboarding(options: EachProviderOptions) -> int:
    if options.provider == ENECO:
        raise InputError("--onboarding", "is of Fluvius alone", "leave --provider eneco out")
    sandbox, production = (
        _examine(AskedFluvius(each), options)
        for each in (Environment.SANDBOX, Environment.PRODUCTION)
    )
    steps = checklist(sandbox, production, progress_of(options.store))
    if options.json:
        print_json([step.as_json() for step in steps])
    else:
        out = console()
        _tell_steps(out, steps)
        asked = [one.says for one in (*sandbox, *production) if one.subject in _ENVIRONMENTS]
        out.print(f"Asked: {' and '.join(asked)}", highlight=False)
    return DONE


def _tell_steps(out: Console, steps: Sequence[Step]) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for number, step in enumerate(steps, 1):
        seen = f" [dim]({escape(step.because)})[/]" if step.because else ""
        grid.add_row(
            f"{number}", f"\\[{_TICKS[step.tick]}]", f"[bold]{escape(step.title)}[/]{seen}"
        )
        grid.add_row("", "", f"[dim]{escape(step.details)}[/]")
    out.print(grid)
    out.print(
        "\n\\[x] done, \\[ ] to be done, \\[?] cannot be seen from here. "
        "`kwartier doctor` says what is wrong where.",
        highlight=False,
    )
