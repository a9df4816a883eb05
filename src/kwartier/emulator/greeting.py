"""What the emulator says when it begins: where it is, how it ends, and what is kept."""

from __future__ import annotations

from pathlib import Path

from kwartier.emulator.control.clock_and_truth import iso
from kwartier.emulator.eneco.routes import PREFIXES as ENECO
from kwartier.emulator.entra.key_files import KeyFiles
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.routes import PREFIXES as FIAM
from kwartier.emulator.fiam_portal.visit import look
from kwartier.emulator.mijn_fluvius.visit import ROOT
from kwartier.emulator.world import World


def greeting(
    url: str, world: World, *, is_open: bool, env_file: Path | None, files: KeyFiles
) -> list[str]:
    """A few short lines for whoever started it; only paths may make one long.

    ``is_open``: others than this machine may reach it.
    """
    now, speed = iso(world.now()), world.clock.speed
    clock = f"{now}, running at speed {speed:g}" if speed else f"frozen at {now}"
    lines = [
        f"EMULATOR of Fluvius, Eneco and their token services, at {url}",
        f"Its customers' pages, Mijn Fluvius emulated: {url}{ROOT}",
        *_of_eneco(url),
        f"Clock: {clock}. Ctrl-C stops the emulator.",
    ]
    if is_open:
        lines.append("Whoever reaches this address can use it and control it, without a password.")
    if world.faults.spec:
        lines.append(f"Faults, on purpose: {world.faults.spec}")
    if not world.is_kept:
        lines.append("Its mandates are forgotten then; --state FILE keeps them.")
    if files.https is not None:
        lines.append(f"Its authority, which clients must trust, is {files.authority}")
    if env_file is None:
        lines.append("--env-file FILE writes what a client needs: addresses and credentials.")
    else:
        lines.append(f"What a client needs is in {env_file}")
    return lines


def _of_eneco(url: str) -> list[str]:
    production, acceptance = Environment.PRODUCTION, Environment.ACCEPTANCE
    return [
        f"Eneco at {ENECO[production]} and {ENECO[acceptance]}, "
        f"KPN FIAM at {FIAM[production]} and {FIAM[acceptance]}",
        f"Eneco's consent pages: {url}{look(acceptance).root}, {look(production).root}",
    ]
