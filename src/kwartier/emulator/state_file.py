"""What outlives the emulator: consents, contracts, short URLs and events, as JSON in a file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from kwartier.emulator.consent_requests import ConsentRequest
from kwartier.emulator.events.event import Event
from kwartier.emulator.fiam.contracts import KeptContracts
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.scenario import Scenario
from kwartier.emulator.short_urls import ShortUrl
from kwartier.errors import ConfigurationError
from kwartier.wire.unreadable import UNREADABLE


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The consents of one environment.

    Unknown members are refused: such a file is somebody else's, and not ours to overwrite.
    """

    mandates: list[HeldMandate] = []
    short_urls: list[ShortUrl] = []
    consent_requests: list[ConsentRequest] = []
    customers: dict[str, str] = {}
    """Reference number -> the id of the customer to whom it is bound."""
    accepted_terms: list[str] = []
    """The ids of portal users who have accepted the terms of use."""


class ScenarioState(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario that is followed, how many of its steps are over, and which were refused."""

    scenario: Scenario | None = None
    steps_done: int = 0
    refused: list[str] = []


class FiamKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contracts of both environments of KPN FIAM."""

    production: KeptContracts = KeptContracts()
    acceptance: KeptContracts = KeptContracts()


class State(Kept, frozen=True, kw_only=True):
    """The emulator's state: the sandbox's consents, and the live environment's apart; FIAM's
    contracts; what happened, and the scenario (see :class:`ScenarioState`).

    Measurements are not in it, for they are computed.
    """

    live: Kept = Kept()
    fiam: FiamKept = FiamKept()
    events: list[Event] = []
    scenario: Scenario | None = None
    steps_done: int = 0
    refused: list[str] = []


def load_state(path: Path) -> State:
    """What ``path`` holds, nothing when it is not there yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except FileNotFoundError:
        return State()
    except (OSError, *UNREADABLE) as error:
        raise ConfigurationError(
            f"the emulator's state file {path} cannot be read ({reason(error)}); "
            "name another, or remove it"
        ) from error


def save_state(path: Path, state: State) -> None:
    """Write it whole, in one move."""
    replace_file(path, msgspec.json.format(msgspec.json.encode(state)))


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one move: a reader sees the old file or the new one."""
    try:
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(written).replace(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot_be_written(path, error) from error


def cannot_be_written(path: Path, error: OSError) -> ConfigurationError:
    """That ``path`` cannot be, why, and what to do."""
    return ConfigurationError(
        f"{path} cannot be written ({reason(error)}); "
        "name a file in a folder that exists and that you may write to"
    )


def reason(error: Exception) -> str:
    """Why it failed, in the system's words, without the paths and addresses it adds to them."""
    said = getattr(error, "strerror", None) or str(error)
    return said.partition(" (while attempting")[0]
