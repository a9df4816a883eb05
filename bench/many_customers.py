"""A store and office with many customers in every stage: to measure what looks at all of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
import pyarrow as pa

from kwartier.measurements import MEASUREMENTS_SCHEMA, Fetched
from kwartier.office import Office, open_office
from kwartier.office.instants import to_text
from kwartier.office.invitations import invite_all
from kwartier.office.terms import Terms
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.store import Store, open_store
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.fetch import Fetch, Outcome, Reason, Scope, WindowKind
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS

NOW: Final = datetime.fromisoformat("2026-11-20T12:00:00Z")
DAYS: Final = [
    day_interval((NOW - timedelta(days=days)).date(), "electricity") for days in range(14, 0, -1)
]
SHARES: Final = {
    "not_invited": 5,
    "invited": 15,
    "opened": 6,
    "requested": 4,
    "waiting": 8,
    "refused": 3,
    "approved": 4,
    "first_data": 10,
    "complete": 35,
    "to_be_renewed": 5,
    "ended": 5,
}
"""Of a hundred customers."""
_FIRST: Final = [
    "An",
    "Bram",
    "Cécile",
    "Dirk",
    "Els",
    "Fatima",
    "Geert",
    "Hilde",
    "Ivo",
    "Jasmien",
    "Karim",
    "Lotte",
    "Mieke",
    "Noor",
]
_LAST: Final = [
    "Peeters",
    "Janssens",
    "Maes",
    "Jacobs",
    "Mertens",
    "Willems",
    "Claes",
    "Goossens",
    "Wouters",
    "De_Smet",
]
_SEEN: Final = NOW - timedelta(days=20)
_EACH_TIME: Final = 2_000


def ean(number: int) -> str:
    """The metering point of the customer with this number."""
    return f"{541448860000000000 + number}"


def make(folder: Path, customers: int) -> tuple[Path, Store, Office]:
    """So many customers, one in eight of Eneco."""
    path = folder / "kwartier.duckdb"
    store, office, dice = open_store(path, create=True), open_office(path), random.Random(7)
    stages = dice.choices(list(SHARES), weights=list(SHARES.values()), k=customers)
    changes = [_customer(number, dice) for number in range(customers)]
    applied = store.change_customers(changes, provider=FLUVIUS, now=NOW - timedelta(days=60))
    references = {(r.customer_id, r.provider): r.reference_number for r in applied.made}
    _invite(office, stages, dice)
    listed: dict[str, list[Mandate]] = {FLUVIUS: [], ENECO: []}
    for number, stage in enumerate(stages):
        provider = _provider(number)
        mandate = _mandate(stage, provider, references[_id(number), provider], number)
        if mandate is not None:
            listed[provider].append(mandate)
    for provider, mandates in listed.items():
        store.record_mandates(Listing(mandates, _SEEN), provider=provider)
    answers = list(_answers(stages))
    for first in range(0, len(answers), _EACH_TIME):
        store.commit(answers[first : first + _EACH_TIME])
    return path, store, office


def _id(number: int) -> str:
    return f"c-{number:06}"


def _provider(number: int) -> str:
    return ENECO if number % 8 == 7 else FLUVIUS


def _owner(number: int) -> str:
    return str(UUID(int=(4 << 76) | (8 << 60) | number))


def _customer(number: int, dice: random.Random) -> CustomerChange:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    return CustomerChange(
        customer_id=_id(number),
        label=f"{first} {last} {number}",
        contact=f"{first.lower()}.{number}@example.org",
        flow="B2B" if number % 10 == 0 else "B2C",
        data_owner=_owner(number) if _provider(number) == ENECO else None,
    )


def _invite(office: Office, stages: list[str], dice: random.Random) -> None:
    for provider in (FLUVIUS, ENECO):
        some = [n for n, stage in enumerate(stages) if stage != "not_invited"]
        asked = [(_id(n), Terms(expected_eans=1)) for n in some if _provider(n) == provider]
        at = NOW - timedelta(days=40)
        made = invite_all(office, asked, provider=provider, at=at)
        visits = []
        for one in made:
            stage = stages[int(one.invitation.customer_id[2:])]
            kinds = {"invited": 0, "opened": 1}.get(stage, 2)
            opened = at + timedelta(hours=dice.randrange(1, 400))
            for kind in ("opened", "requested")[:kinds]:
                day = to_text(opened + timedelta(days=1)) if kind == "requested" else None
                visits.append((one.invitation.invitation_id, to_text(opened), kind, day))
        with office.writing() as connection:
            connection.executemany(
                "INSERT INTO visits (invitation_id, at, kind, valid_to) VALUES (?, ?, ?, ?)", visits
            )


def _mandate(stage: str, provider: str, reference: str, number: int) -> Mandate | None:
    status = {
        "waiting": m.REQUESTED,
        "refused": m.REJECTED,
        "ended": m.FINISHED,
    }.get(stage, m.APPROVED)
    if stage in ("not_invited", "invited", "opened", "requested"):
        return None
    is_eneco, is_open = provider == ENECO, status in (m.APPROVED, m.FINISHED)
    if is_eneco and not is_open:
        return None
    point = (_owner(number) if is_eneco else ean(number)) if is_open else None
    granularity = Granularity.HOUR if is_eneco else Granularity.DAY
    return Mandate(
        provider=provider,
        contract_number="1",
        reference_number=reference,
        status=status,
        data_service_type="VH_dag",
        metering_point=point,
        energy_type=("heat" if is_eneco else "electricity") if is_open else None,
        granularities=frozenset({granularity}) if is_open else frozenset(),
        period_start=DAYS[0].start,
        expires_at=NOW + timedelta(days=60) if stage == "to_be_renewed" else None,
        renewal_status=m.TO_BE_RENEWED if stage == "to_be_renewed" else None,
    )


def _answers(stages: list[str]) -> Iterator[Fetched]:
    for number, stage in enumerate(stages):
        if stage in ("first_data", "complete", "to_be_renewed", "ended"):
            days = DAYS[:9] if stage == "first_data" else DAYS
            yield _answer(number, days)


def _answer(number: int, days: list[Interval]) -> Fetched:
    is_eneco = _provider(number) == ENECO
    point = _owner(number) if is_eneco else ean(number)
    granularity = Granularity.HOUR if is_eneco else Granularity.DAY
    energy = "heat" if is_eneco else "electricity"
    window = Interval(days[0].start, days[-1].end)
    fetch = Fetch(
        provider=_provider(number),
        metering_point=point,
        energy_type=energy,
        reason=Reason.BACKFILL,
        kind=WindowKind.READ_TIME,
        window=window,
        granularities=(granularity,),
        scopes=(Scope(granularity, window),),
        permitted=(Scope(granularity, window),),
        planned_at=_SEEN + timedelta(hours=1),
    )
    bounds = _slices(days, granularity)
    words = {
        "provider": _provider(number),
        "metering_point": point,
        "energy_type": energy,
        "source": "meter",
        "granularity": str(granularity),
        "direction": "offtake",
        "register": "total",
        "unit": "GJ" if is_eneco else "kWh",
        "validation_state": "READ",
    }
    return Fetched(
        fetch=fetch,
        fetched_at=NOW - timedelta(days=5),
        outcome=Outcome.OK,
        table=_table(bounds, words),
    )


def _slices(days: list[Interval], granularity: Granularity) -> list[Interval]:
    step = granularity.step
    if step is None:
        return days
    first, last = days[0].start, days[-1].end
    return [
        Interval(first + n * step, first + (n + 1) * step) for n in range((last - first) // step)
    ]


def _table(slices: list[Interval], words: dict[str, str]) -> pa.Table:
    rows = len(slices)
    columns: dict[str, object] = {
        "start": [one.start for one in slices],
        "end": [one.end for one in slices],
        "value": np.linspace(1.0, 2.0, rows),
        "fetched_at": [NOW - timedelta(days=5)] * rows,
        **{name: [word] * rows for name, word in words.items()},
    }
    arrays = [
        pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(rows, f.type)
        for f in MEASUREMENTS_SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=MEASUREMENTS_SCHEMA)
