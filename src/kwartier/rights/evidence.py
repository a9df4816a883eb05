"""What an explanation of one metering point is made from, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kwartier.measurements import SERIES_COLUMNS
from kwartier.registry.consents import Consent, consents_by_reference
from kwartier.registry.holders import customers_by_reference
from kwartier.retention import People, Receipt
from kwartier.rights.content import mandate_members
from kwartier.rights.erased import erased_shares
from kwartier.rights.held import rows_inside
from kwartier.rights.whose import Claim, Whose, periods
from kwartier.store import Selection, Store
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Of one metering point: the ``claims`` that may be told of, its rows in ``within`` now and
    before, all fetches, the receipts about it with the bounds that may be told of, and what people
    decided. ``now`` is the provider's
    time of the latest fetch, None before the first.
    """

    metering_point: str
    energy_type: str
    claims: Sequence[Claim]
    now: datetime | None
    rows: Sequence[Row]
    fetches: Mapping[int, Row]
    receipts: Sequence[tuple[Receipt, Sequence[Interval]]]
    people: People
    labels: Mapping[str, str]
    consents: Mapping[str, Sequence[Consent]]

    @property
    def energy_types(self) -> list[str]:
        """Of what values are held there; of the mandates' product while there are none."""
        held = {row["energy_type"] for row in self.rows}
        return sorted(held or {self.energy_type} - {""})

    def permitting(self, granularity: Granularity, slice_: Interval) -> list[Claim]:
        """The claims whose period has a slice."""
        return [claim for claim in self.claims if claim.has(granularity, slice_)]

    def series(self, granularity: Granularity, slice_: Interval) -> list[list[Row]]:
        """The rows that begin in a slice, one list a series and start, the oldest first."""
        found: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            if row["granularity"] == granularity and row["start"] in slice_:
                key = (row["start"], *(str(row[name]) for name in SERIES_COLUMNS))
                found.setdefault(key, []).append(row)
        return [found[key] for key in sorted(found)]

    def fetch(self, number: int) -> dict[str, Any]:
        """What was asked, why, and how it ended."""
        row = self.fetches[number]
        names = ("reason", "kind", "window_start", "window_end", "planned_at", "fetched_at")
        return {name: row[name] for name in (*names, "outcome")}

    def mandate(self, claim: Claim) -> dict[str, Any]:
        """The mandate behind a claim, whose it is, and what was agreed to under its reference."""
        reference = claim.known.mandate.reference_number
        return {
            **mandate_members(claim.known),
            "customer_id": claim.customer_id,
            "customer": self.labels.get(reference, ""),
            "consents": [
                {
                    "purpose": one.purpose,
                    "wording": one.wording,
                    "channel": one.channel,
                    "given_at": one.given_at,
                    "withdrawn_at": one.withdrawn_at,
                }
                for one in self.consents.get(reference, ())
            ],
        }


def gather(
    store: Store, metering_point: str, within: Interval, *, customer_id: str | None
) -> Evidence:
    """Read what ``store`` knows at one moment; with ``customer_id`` what is that customer's."""
    with store.snapshot() as moment:
        return _gather(moment, metering_point, within, customer_id)


def _gather(
    store: Store, metering_point: str, within: Interval, customer_id: str | None
) -> Evidence:
    customers, references, known = store.customers(), store.references(), store.mandates()
    whose = Whose(known, references, store.ledger())
    claims = [c for c in whose.at(metering_point) if customer_id in (None, c.customer_id)]
    trace = store.trace(
        [metering_point],
        Selection(metering_points=(metering_point,), start=within.start, end=within.end),
    )
    rows = trace.rows
    if customer_id is not None:
        rows = rows_inside(rows, periods(claims))
    told = rows.to_pylist()
    by_reference = customers_by_reference(customers, references)
    return Evidence(
        metering_point=metering_point,
        energy_type=_energy_type(claims, told),
        claims=claims,
        now=store.synced_at(),
        rows=told,
        fetches={row["fetch"]: row for row in trace.fetches.to_pylist()},
        receipts=_receipts(store, metering_point, customer_id, claims, whose),
        people=People(store.decisions()),
        labels={r: one.label or one.customer_id for r, one in by_reference.items()},
        consents=consents_by_reference(store.consents()),
    )


def _receipts(
    store: Store,
    metering_point: str,
    customer_id: str | None,
    claims: Sequence[Claim],
    whose: Whose,
) -> list[tuple[Receipt, Sequence[Interval]]]:
    if customer_id is not None:
        shares = erased_shares(store, customer_id, [claim.known for claim in claims], whose)
        return [(one.receipt, one.bounds) for one in shares]
    digest = store.receipt_digests([metering_point])[metering_point]
    return [(one, one.bounds) for one in store.receipts() if one.metering_point == digest]


def _energy_type(claims: Iterable[Claim], rows: Iterable[Row]) -> str:
    told = (c.energy_type for c in claims)
    return next((word for word in (*told, *(row["energy_type"] for row in rows)) if word), "")
