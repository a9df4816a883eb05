"""``kwartier verify``: is the sandbox what its documents, and our readings of them, say?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from kwartier.cli.options import Output
from kwartier.cli.output import (
    Column,
    console,
    error_console,
    number,
    print_json,
    print_rows,
)
from kwartier.cli.provider import credentials_for
from kwartier.cli.running import interrupts_remembered
from kwartier.cli.targets import check_file_target, writing_into
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.fluvius import Environment
from kwartier.fluvius.environment import Endpoints
from kwartier.settings import load_env_file
from kwartier.verify import (
    CASES,
    SUBJECTS,
    Case,
    Kind,
    Result,
    Target,
    Verdict,
    open_lab,
    run_cases,
)
from kwartier.verify.report import Report, as_markdown, where

DONE, NOT_ALL_SAME, INTERRUPTED = 0, 1, 130
FASTEST: Final = 1000

_OUTPUT: Final = Output()
_SUMMARY: Final = [
    Column("subject", "subject"),
    number("claims", "claims"),
    number("same", "same"),
    number("differs", "differs"),
    number("untried", "not tried"),
]


def verify(
    *,
    only: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", show_default=False, help="one claim by its name; may be given again"
        ),
    ] = (),
    list_: Annotated[
        bool, Parameter(name="--list", negative="", help="list the claims, ask nothing")
    ] = False,
    rate: Annotated[int, Parameter(help="at most so many requests a second")] = 4,
    base_url: Annotated[
        str | None,
        Parameter(help="the sandbox's address; else FLUVIUS_SANDBOX_BASE_URL, or Fluvius' own"),
    ] = None,
    report: Annotated[Path | None, Parameter(help="write a Markdown report there")] = None,
    env_file: Annotated[
        Path | None,
        Parameter(help="read NAME=value lines first, such as `kwartier emulator` writes them"),
    ] = None,
    output: Output = _OUTPUT,
) -> int:
    """Try on a sandbox everything that kwartier takes for granted about the API.

    It makes mock mandates of its own, under references that begin with kwartier-verify and on
    EANs that carry nobody else's, and touches nothing else. The live service is refused. What it
    prints and writes holds no keys, tokens, identifiers or EANs. Exit code 1: something was seen
    otherwise, or could not be tried. Ctrl-C ends it early, with a report of what was tried.

    Example: kwartier verify --report differences.md
    """
    cases = _chosen(only)
    if list_:
        _list(cases, json=output.json)
        return DONE
    if not 1 <= rate <= FASTEST:
        raise InputError("--rate", f"must be between 1 and {FASTEST}", f"got {rate}")
    check_file_target(report, "--report")
    if env_file is not None:
        load_env_file(env_file)
    found, was_stopped = _run(_target(base_url, rate), cases)
    if report is not None:
        with writing_into(report, "--report"):
            report.write_text(as_markdown(found), encoding="utf-8")
    if output.json:
        print_json(found.as_json())
    else:
        _tell(found, report)
    if was_stopped:
        return INTERRUPTED
    return DONE if found.all_same else NOT_ALL_SAME


def _chosen(only: Sequence[str]) -> list[Case]:
    for name in only:
        if name not in CASES:
            raise InputError("--only", "must be the name of a claim; see --list", f"got {name!r}")
    return [case for case in CASES.values() if not only or case.name in only]


def _list(cases: Sequence[Case], *, json: bool) -> None:
    if json:
        print_json([case.described() for case in cases])
        return
    out = console()
    for subject, of_subject in SUBJECTS.items():
        shown = [case for case in of_subject if case in cases]
        if shown:
            out.print(f"[bold]{subject}[/]", highlight=False)
            for case in shown:
                mark = " [dim](our reading)[/]" if case.kind is Kind.OUR_READING else ""
                text = f"[cyan]{case.name}[/] {escape(case.claim)}: {escape(case.expected)}{mark}"
                out.print(Padding(text, (0, 0, 0, 2)), highlight=False)


def _target(base_url: str | None, rate: int) -> Target:
    """The sandbox that is meant; the live service is refused."""
    credentials = credentials_for(Environment.SANDBOX)
    tenant = credentials.tenant_id
    endpoints = Endpoints.of(Environment.SANDBOX, tenant_id=tenant)
    if base_url is not None:
        endpoints = replace(endpoints, base_url=_address(base_url))
    live = Endpoints.of(Environment.PRODUCTION, tenant_id=tenant).base_url
    if endpoints.base_url.lower() == live.lower() or "esco-live" in endpoints.base_url.lower():
        raise InputError(
            "FLUVIUS_SANDBOX_BASE_URL" if base_url is None else "--base-url",
            "must not be the live service: this makes up mandates and sends wrong requests",
            where(endpoints.base_url),
        )
    return Target(credentials=credentials, endpoints=endpoints, rate=rate)


def _address(text: str) -> str:
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise InputError("--base-url", "must be an address that begins with http:// or https://")
    return address


def _run(target: Target, cases: Sequence[Case]) -> tuple[Report, bool]:
    """What was found, and whether Ctrl-C ended it."""
    with open_lab(target, dice=random.SystemRandom()) as lab:
        found = Report(base_url=target.endpoints.base_url, now=lab.now, wanted=cases)
        with _progress(len(cases)) as watch, interrupts_remembered() as is_interrupted:
            try:
                for result in run_cases(cases, lab):
                    found.results.append(result)
                    watch(result)
                    if is_interrupted():
                        return found, True
            except KeyboardInterrupt:
                return found, True
    return found, False


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Result], None]]:
    """A bar on a terminal, nothing elsewhere; it is to be told of every result."""
    out = error_console()
    if not out.is_terminal:
        yield lambda _result: None
        return
    bar = Progress(
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TextColumn("claims · {task.fields[differ]} differ"),
        console=out,
        transient=True,
    )
    with bar:
        task, differ = bar.add_task("", total=total, differ=0), 0

        def watch(result: Result) -> None:
            nonlocal differ
            differ += result.verdict is Verdict.DIFFERS
            bar.update(task, advance=1, differ=differ)

        yield watch


def _tell(found: Report, written: Path | None) -> None:
    out = console()
    print_rows(_SUMMARY, found.by_subject(), json=False, empty="Nothing was tried.")
    for verdict, style in ((Verdict.DIFFERS, "bold red"), (Verdict.UNTRIED, "yellow")):
        for result in found.of(verdict):
            _tell_result(out, result, style)
    out.print(_ending(found), highlight=False, soft_wrap=True)
    if written is not None:
        out.print(f"Report: {escape(str(written))}", highlight=False, soft_wrap=True)


def _tell_result(out: Console, result: Result, style: str) -> None:
    case = result.case
    basis = case.kind.value + (f", {case.source}" if case.source else "")
    out.print(f"[{style}]{result.verdict.value}[/] [bold]{case.name}[/]", highlight=False)
    lines = [
        ("claim", f"{case.claim} ({basis})"),
        ("expected", case.expected),
        ("seen" if result.verdict is Verdict.DIFFERS else "why", result.seen),
        *(("asked", request) for request in result.requests),
    ]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, style="dim")
    grid.add_column(overflow="fold")
    for name, text in lines:
        grid.add_row(name, escape(text))
    out.print(Padding(grid, (0, 0, 1, 2)))


def _ending(found: Report) -> str:
    tried = counted(len(found.results), "claim") + f" tried on {where(found.base_url)}"
    if not found.is_whole:
        tried += f" before it was stopped, of {len(found.wanted)}"
    if found.count(Verdict.SAME) == len(found.results):
        return f"{tried}: all as expected."
    differ, untried = found.count(Verdict.DIFFERS), found.count(Verdict.UNTRIED)
    return f"{tried}: {differ} seen otherwise, {untried} could not be tried."
