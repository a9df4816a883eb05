"""Whose a value is: it follows from the mandate whose period contains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kwartier.registry import KnownMandate, LedgerEntry, Reference
from kwartier.retention.decisions import END
from kwartier.retention.tenure import Tenures, asked, stands
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, disjoint
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.mandate import APPROVED, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Measured time of one metering point that is a customer's, under one of its mandates.

    ``period`` is what the mandate still says or, of one that no longer stands, what was asked for
    on its account: it ends at the latest where it was last seen to stand. ``ever`` is the hull of
    all periods that it ever had. ``customer_id`` is None where no customer is known.
    """

    known: KnownMandate
    customer_id: str | None
    stands: bool
    period: Interval
    ever: Interval

    @property
    def metering_point(self) -> str:
        return self.known.mandate.metering_point or ""

    @property
    def energy_type(self) -> str:
        return self.known.mandate.energy_type or ""

    @property
    def granularities(self) -> frozenset[Granularity]:
        return self.known.mandate.granularities

    def has(self, granularity: Granularity, slice_: Interval) -> bool:
        """Whether a slice is the customer's: it lies wholly inside the period."""
        return granularity in self.granularities and self.period.covers(slice_)


class Whose:
    """The claims of all customers on all metering points that a mandate ever told of.

    Whose a period is, is decided where it is decided what may be held: :class:`Tenures`.
    """

    def __init__(
        self,
        known: Iterable[KnownMandate],
        references: Iterable[Reference],
        ledger: Sequence[LedgerEntry],
    ) -> None:
        known = list(known)
        tenures, ended, hulls = Tenures(known, references), _ends(ledger), _hulls(ledger)
        self._at: defaultdict[str, list[Claim]] = defaultdict(list)
        for one in known:
            claim = _claim(one, tenures, ended.get(one.mandate_id), hulls.get(one.mandate_id))
            if claim is not None:
                self._at[claim.metering_point].append(claim)

    def of(self, customer_id: str) -> list[Claim]:
        """The customer's claims, by metering point and begin."""
        found = [c for claims in self._at.values() for c in claims if c.customer_id == customer_id]
        return sorted(found, key=lambda c: (c.metering_point, c.period, c.known.mandate_id))

    def at(self, metering_point: str) -> list[Claim]:
        """Everyone's claims on a metering point, by begin."""
        claims = self._at.get(metering_point, [])
        return sorted(claims, key=lambda claim: (claim.period, claim.known.mandate_id))

    def others(self, customer_id: str, metering_point: str) -> list[Claim]:
        """The claims on a metering point that are not the customer's."""
        return [c for c in self.at(metering_point) if c.customer_id != customer_id]

    def shared(self, customer_id: str) -> list[str]:
        """The metering points of which another customer's mandate covers some of the same time."""
        return sorted(
            {
                mine.metering_point
                for mine in self.of(customer_id)
                for other in self.others(customer_id, mine.metering_point)
                if mine.period.overlaps(other.period) and mine.granularities & other.granularities
            }
        )


def periods(claims: Iterable[Claim]) -> dict[Granularity, list[Interval]]:
    """The time that claims on one metering point open: disjoint, and touching periods apart."""
    found: defaultdict[Granularity, list[Interval]] = defaultdict(list)
    for claim in claims:
        for granularity in claim.granularities:
            found[granularity].append(claim.period)
    return {granularity: disjoint(parts) for granularity, parts in sorted(found.items())}


def permissions_of(claims: Sequence[Claim], within: Interval) -> list[Permission]:
    """What claims on one metering point permit, cut to ``within``."""
    return [
        Permission(
            metering_point=claims[0].metering_point,
            energy_type=claims[0].energy_type,
            granularity=granularity,
            intervals=tuple(cut),
        )
        for granularity, parts in periods(claims).items()
        if (cut := [p for part in parts if (p := part.intersection(within)) is not None])
    ]


def _claim(
    one: KnownMandate, tenures: Tenures, ended: datetime | None, hull: Interval | None
) -> Claim | None:
    """What could be asked for on the mandate's account and is its customer's."""
    own, reached = tenures.period(one), asked(one, ended)
    period = own.intersection(reached) if own and reached else None
    if one.mandate.metering_point is None or period is None:
        return None
    return Claim(
        known=one,
        customer_id=tenures.customer(one),
        stands=stands(one),
        period=period,
        ever=hull or period,
    )


def _ends(ledger: Iterable[LedgerEntry]) -> dict[int, datetime]:
    """When each mandate that was approved was first seen to be so no longer."""
    found: dict[int, datetime] = {}
    for entry in ledger:
        for field in entry.change.fields:
            if field.field == "status" and field.before == APPROVED:
                found[entry.change.mandate_id] = entry.change.seen_at
    return found


def _hulls(ledger: Iterable[LedgerEntry]) -> dict[int, Interval]:
    """The hull of all periods that each mandate ever had."""
    starts: defaultdict[int, list[datetime]] = defaultdict(list)
    ends: defaultdict[int, list[datetime | None]] = defaultdict(list)
    for entry in ledger:
        number = entry.change.mandate_id
        said = {field.field: field.after for field in entry.change.fields}
        if (start := said.get("period_start")) is not None:
            starts[number].append(parse_instant(start, "period_start"))
            ends[number] += [] if "period_end" in said else [None]
        if "period_end" in said:
            end = said["period_end"]
            ends[number].append(None if end is None else parse_instant(end, "period_end"))
    return {
        number: Interval(min(starts[number]), max(end or END for end in ends[number]))
        for number in starts
        if min(starts[number]) < max(end or END for end in ends[number])
    }
