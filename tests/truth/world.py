"""The emulated world, driven through its own endpoints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.vocabulary.energy import METER
from kwartier.vocabulary.provider import ENECO
from kwartier.wire.fluvius_v3 import HeadpointType
from support.esco import send
from truth.story import OWNERS, Consent, Deed, Finish, Grant, Withdraw

_STATUSES: Final = (
    "401=1.5%, 403=1%, 429=1%, 429(retry-after=0)=1%, 429(retry-after-date=0)=0.5%, 500=2.5%, "
    "503=0.5%, 503(retry-after=0)=0.5%, 503(retry-after-date=0)=0.5%, 503(market)=0.5%, "
    "503(mandate)=0.5%, 503(measurement)=0.5%"
)
_WIRE: Final = "slow-first-byte(5ms)=2%, slow-body(10ms)=2%, truncated-body=3.5%, reset=2.5%"
_OF_ENECO: Final = (
    "401=1.5%, 403=1%, 429=1.5%, 429(retry-after=0)=1.5%, 429(retry-after-date=0)=1%, 500=4%"
)
_ALSO_CALLED: Final = ("mandate", "token")
ALL_FAULTS: Final = "; ".join(
    [
        f"energy: {_STATUSES}, {_WIRE}, duplicate-slices=2.5%",
        *(f"{calls}: {_STATUSES}, {_WIRE}" for calls in _ALSO_CALLED),
        f"usages: {_OF_ENECO}, {_WIRE}, duplicate-slices=2.5%",
        *(f"{calls}: {_OF_ENECO}, {_WIRE}" for calls in ("contracts", "fiam-token")),
    ]
)
"""Every documented way to fail, of about 20% of the requests for values and nearly as many others.
"""


class World:
    """An emulator at ``url``; ``env`` leads a client to it."""

    def __init__(self, url: str, env: Mapping[str, str]) -> None:
        self.url, self.env = url, dict(env)
        self.injected: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()

    def control(self, method: str, path: str, members: Mapping[str, Any] | None = None) -> Any:
        """One request to the emulator's own endpoints."""
        content = None if members is None else json.dumps(members).encode()
        kind = {"content-type": "application/json"}
        answer = send(f"{self.url}/_emulator/{path}", method, content=content, headers=kind)
        if answer.status != 200:
            raise AssertionError(f"the emulator refused {path}: {answer.content!r}")
        return answer.json

    def begin(self) -> None:
        """Nobody has consented to anything at Eneco."""
        for each in OWNERS:
            self.control("DELETE", "eneco/contracts", {"dataOwnerId": each.id})

    def go_to(self, now: datetime) -> None:
        """Set the clock, which stands still."""
        self.control("PUT", "clock", {"now": now.isoformat()})
        self.env["KWARTIER_CLOCK"] = now.isoformat()

    def do(self, deed: Deed) -> None:
        """Let something happen now."""
        if isinstance(deed, Grant):
            self._put(deed, "Approved")
        elif isinstance(deed, Finish):
            self._put(deed.grant, "Finished")
        elif isinstance(deed, Consent):
            days = {"startDate": deed.start, "endDate": deed.end}
            written = {name: f"{day}" for name, day in days.items() if day is not None}
            self.control("POST", "eneco/contracts", {"dataOwnerId": deed.owner, **written})
        elif isinstance(deed, Withdraw):
            self.control("DELETE", "eneco/contracts", {"dataOwnerId": deed.owner})
        else:
            times = {"effective": deed.effective, "until": deed.until}
            told = {name: _iso(time) for name, time in times.items() if time is not None}
            others: dict[str, str | int | None] = {"kind": deed.kind, "days": deed.days}
            others |= {"ean": deed.ean, "data_owner": deed.owner}
            given = {name: value for name, value in others.items() if value is not None}
            self.control("POST", "events", {**told, **given})

    def _put(self, grant: Grant, status: str) -> None:
        members = {
            "environment": "sandbox",
            "referenceNumber": grant.reference,
            "ean": grant.ean,
            "dataServiceType": grant.service,
            "dataPeriodFrom": _iso(grant.since),
            "status": status,
        }
        if grant.expires is not None:
            members["mandateExpirationDate"] = _iso(grant.expires)
        self.control("POST", "mandates", members)

    def fail(self, spec: str) -> None:
        """Let calls go wrong from now on; an empty text: none."""
        self.count()
        self.control("PUT", "faults", {"spec": spec})

    def count(self) -> None:
        """Add up what the present faults came to, before they are forgotten."""
        for line in self.control("GET", "faults")["plan"]:
            self.seen[line["calls"]] += line["seen"]
            for fault in line["faults"]:
                name = fault["fault"].rpartition("=")[0]
                self.injected[name] += fault["injected"]

    def truth(self, provider: str, points: Iterable[str]) -> pa.Table:
        """What is true of them now, but for meters beside a headpoint: these show the same energy
        once more, and are not stored.
        """
        path, named = ("eneco/truth", "dataOwner") if provider == ENECO else ("truth", "ean")
        query = urlencode([(named, point) for point in points])
        answer = send(f"{self.url}/_emulator/{path}?{query}")
        assert answer.status == 200, answer.content
        told = pa.ipc.open_stream(answer.content).read_all()
        both = pc.equal(told["metering_type"], HeadpointType.METERING_ON_HEADPOINT_AND_METER.value)
        twice = pc.and_kleene(both, pc.equal(told["source"], METER))
        return told.filter(pc.invert(pc.fill_null(twice, False)))


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
