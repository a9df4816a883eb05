"""``kwartier emulator``: Fluvius, Eneco and their token services on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from kwartier.cli.emulator_event import event
from kwartier.cli.emulator_scenarios import scenarios
from kwartier.cli.output import console
from kwartier.cli.targets import check_file_target
from kwartier.emulator.faults import read_faults
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.scenario import load_scenario
from kwartier.emulator.server import run_emulator
from kwartier.vocabulary.local_time import parse_instant

emulator = App(name="emulator")
emulator.command(event)
emulator.command(scenarios)


@emulator.default
def start(
    *,
    port: Annotated[int, Parameter(help="0 takes a free one")] = 8600,
    host: str = "127.0.0.1",
    clock: Annotated[
        str | None,
        Parameter(help="the emulated time to start at (without zone Brussels'); without it, now"),
    ] = None,
    speed: Annotated[float, Parameter(help="how fast its clock runs; 0 freezes it")] = 1.0,
    seed: Annotated[int, Parameter(help="another seed, other data")] = 1,
    state: Annotated[Path | None, Parameter(help="keep mandates in this file")] = None,
    env_file: Annotated[
        Path | None, Parameter(help="write what a client needs as NAME=value lines")
    ] = None,
    error_casing: Annotated[
        ErrorCasing, Parameter(help="of the members of Fluvius' error bodies")
    ] = ErrorCasing.PASCAL,
    v3_installation: Annotated[
        bool, Parameter(negative="", help="serve installation data in v3, too, at a guessed path")
    ] = False,
    tls: Annotated[
        bool, Parameter(negative="", help="serve https, by a certificate of the emulator's own")
    ] = False,
    faults: Annotated[
        str | None, Parameter(help="what goes wrong on purpose (see above), or @FILE that says so")
    ] = None,
    scenario: Annotated[
        str | None,
        Parameter(help="a story to follow from its start: a .toml file, or one that is shipped"),
    ] = None,
) -> None:
    """Emulate Fluvius and Eneco with their token services, to build against before onboarding.

    All data is made up, and the same for the same EAN or data owner and seed. Any client of the
    Fluvius ESCO API v3, or of Eneco DataShare and KPN FIAM, works with it, once it has the
    addresses and credentials that --env-file writes.

    --faults says what goes wrong with which calls and how often: energy:503=5% in 5% of the calls,
    mandate:429(retry-after=2)=3x in the next 3, token:reset always. Calls: token, short-url,
    mandate, energy, mock; fiam-token, contracts, usages; a path such as /esco-live/*, or * for all.
    Faults: 401, 403, 429, 500, 503(market), 503(mandate), 503(measurement), slow-first-byte(2s),
    slow-body(2s), truncated-body, reset, duplicate-slices. A comma goes between faults, a
    semicolon between calls.

    --scenario forgets the mandates of --state, and moves the clock to the story's start; with
    --clock, to that moment of the story. kwartier emulator scenarios lists those that are shipped.

    Example: kwartier emulator --env-file emulator.env --clock 2026-11-20T12:00:00Z --speed 0
    """
    check_file_target(state, "--state")
    check_file_target(env_file, "--env-file")
    run_emulator(
        host=host,
        port=port,
        clock=parse_instant(clock, "--clock") if clock else None,
        speed=speed,
        seed=seed,
        state=state,
        error_casing=error_casing,
        v3_installation=v3_installation,
        tls=tls,
        faults=read_faults(faults, "--faults") if faults else (),
        scenario=load_scenario(scenario) if scenario else None,
        env_file=env_file,
        announce=lambda line: console().print(line, highlight=False, markup=False, soft_wrap=True),
    )
