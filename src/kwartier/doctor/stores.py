"""Whether the store can be read and written, and what it shows of how far a provider has come."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kwartier.doctor.diagnosis import Diagnosis, State
from kwartier.office import OfficeError, open_office
from kwartier.office.alerts import open_alerts
from kwartier.store import StoreBusyError, StoreError, open_store
from kwartier.vocabulary.provider import ENECO
from kwartier.wire.fluvius_v3 import MandateStatus

TOPIC: Final = "store"


def examine_store(path: Path) -> list[Diagnosis]:
    """Read the store, and see whether its file and folder may be written."""
    folder = path.absolute().parent
    if not folder.is_dir():
        says = f"there is no folder {folder}"
        return [Diagnosis(TOPIC, "folder", State.BAD, says, "make it, or correct --store")]
    if not os.access(folder, os.W_OK | os.X_OK):
        says = f"{folder} may not be written"
        advice = "let this user write there: store, lock and drafts lie in it"
        return [Diagnosis(TOPIC, "folder", State.BAD, says, advice)]
    if not path.exists():
        says = f"{path} is not there yet; the first sync makes it"
        return [Diagnosis(TOPIC, "file", State.GOOD, says)]
    try:
        with open_store(path) as store:
            known = len(store.mandates())
    except StoreBusyError as error:
        return [Diagnosis(TOPIC, "readable", State.DOUBTFUL, str(error), "wait, or end it")]
    except StoreError as error:
        return [Diagnosis(TOPIC, "readable", State.BAD, str(error), "check --store")]
    found = [Diagnosis(TOPIC, "readable", State.GOOD, f"{path}, {known} mandates known")]
    found += _examine_office(path)
    if os.access(path, os.W_OK):
        found.append(Diagnosis(TOPIC, "writable", State.GOOD, "yes"))
    else:
        advice = "let this user write it"
        found.append(Diagnosis(TOPIC, "writable", State.BAD, f"{path} may not be written", advice))
    return found


def _examine_office(path: Path) -> list[Diagnosis]:
    """Read the office file beside the store, if there is one, and see who else may."""
    office = open_office(path)
    if not office.path.exists():
        return []
    try:
        open_ = len(open_alerts(office))
    except OfficeError as error:
        advice = "check the file's rights, or restore a backup"
        return [Diagnosis(TOPIC, "office file", State.BAD, str(error), advice)]
    mode = office.path.stat().st_mode & 0o777
    if mode & 0o077:
        says = f"others than its owner may read {office.path} (mode {mode:o})"
        advice = f"chmod 600 {office.path}: invitations' links and users are in it"
        return [Diagnosis(TOPIC, "office file", State.BAD, says, advice)]
    says = f"{office.path}, {open_} alerts open"
    return [Diagnosis(TOPIC, "office file", State.GOOD, says)]


def registered_data_owners(path: Path) -> set[str]:
    """The data owners of Eneco that are customers'; none, if the store cannot be read."""
    if not path.is_file():
        return set()
    try:
        with open_store(path) as store:
            return {one.data_owner for one in store.data_owners() if one.provider == ENECO}
    except StoreError:
        return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a store shows: whether anyone consented, and whether anything was fetched."""

    has_consent: bool = False
    has_values: bool = False


def progress_of(path: Path) -> Progress:
    """What the store at ``path`` shows; nothing, if it cannot be read."""
    if not path.is_file():
        return Progress()
    try:
        with open_store(path) as store:
            statuses = {known.mandate.status for known in store.mandates()}
            return Progress(
                has_consent=MandateStatus.APPROVED in statuses,
                has_values=store.coverage().num_rows > 0,
            )
    except StoreError:
        return Progress()
