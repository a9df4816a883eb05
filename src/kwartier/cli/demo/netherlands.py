"""The Dutch half of the demo: data owners consent, are fetched, and one withdraws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.request import Request, urlopen

from rich.console import Console

from kwartier.cli.configured import Running
from kwartier.cli.demo.homes import HOMES, SHARED_FROM, customer
from kwartier.cli.demo.people import CLOCK
from kwartier.cli.progress import progress
from kwartier.cli.running import run_async
from kwartier.cli.sync import sync_store
from kwartier.retention import FinishedPolicy, RetentionPolicy
from kwartier.store.port import Store
from kwartier.sync.report import SyncReport, unwatched
from kwartier.vocabulary.provider import ENECO, FLUVIUS

_ACCEPTANCE: Final = "acceptance"
ERASE_AT_ONCE: Final = RetentionPolicy(finished=FinishedPolicy.ERASE, grace=timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """``owners`` are the data owners by name; ``first`` fetched all that they shared, ``second``
    came after one of them had withdrawn.
    """

    owners: Mapping[str, str]
    first: SyncReport
    second: SyncReport


def share_heat(store: Store, running: Running, emulator: str, told: Console) -> Shared:
    """Register the homes, let them consent in the emulator, and sync before and after one of them
    withdraws: what it had shared is erased.
    """
    owners = _data_owners(emulator)
    store.change_customers(
        [customer(home, owners[home.name]) for home in HOMES], provider=FLUVIUS, now=CLOCK
    )
    for home in HOMES:
        if home.consents:
            start = {"startDate": SHARED_FROM.isoformat()}
            _control(emulator, "POST", "contracts", _about(owners[home.name]) | start)
    eneco = running.asked(ENECO)
    with progress(told) as watch:
        first = run_async(sync_store(store, running, eneco, watch))
    for home in HOMES:
        if home.withdraws:
            _control(emulator, "DELETE", "contracts", _about(owners[home.name]))
    second = first
    if not first.stopped:
        again = sync_store(store, running, eneco, unwatched, retention=ERASE_AT_ONCE)
        second = run_async(again)
    return Shared(owners=owners, first=first, second=second)


def _data_owners(emulator: str) -> dict[str, str]:
    told = _control(emulator, "GET", f"data-owners?environment={_ACCEPTANCE}")["dataOwners"]
    known = {one["name"]: one["dataOwnerId"] for one in told}
    return {home.name: known[home.name] for home in HOMES}


def _about(data_owner: str) -> dict[str, str]:
    return {"dataOwnerId": data_owner, "environment": _ACCEPTANCE}


def _control(
    emulator: str, method: str, path: str, body: Mapping[str, str] | None = None
) -> dict[str, Any]:
    request = Request(  # noqa: S310
        f"{emulator}/_emulator/eneco/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
    )
    with urlopen(request, timeout=60) as reply:  # noqa: S310
        answer: dict[str, Any] = json.load(reply)
    return answer
