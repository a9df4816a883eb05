"""A customer's permission, in words that all providers share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kwartier.vocabulary.energy import HEAT
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval, disjoint

REQUESTED = "Requested"
APPROVED = "Approved"
REJECTED = "Rejected"
FINISHED = "Finished"

TO_BE_RENEWED = "ToBeRenewed"
RENEWAL_REQUESTED = "RenewalRequested"
EXPIRED = "Expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A mandate as the provider last stated it.

    ``metering_point`` and ``energy_type`` are None unless approved. ``period_end`` is exclusive,
    None while open-ended. ``granularities`` is what the data service opens.
    """

    provider: str
    contract_number: str
    reference_number: str
    status: str
    data_service_type: str
    metering_point: str | None = None
    energy_type: str | None = None
    granularities: frozenset[Granularity] = frozenset()
    period_start: datetime | None = None
    period_end: datetime | None = None
    expires_at: datetime | None = None
    renewal_status: str | None = None

    @property
    def is_approved(self) -> bool:
        return self.status == APPROVED and self.metering_point is not None

    @property
    def may_bring_new_data(self) -> bool:
        """Whether values measured from now on may be asked for under it."""
        return self.is_approved and self.renewal_status != EXPIRED

    def permitted(self, until: datetime) -> Interval | None:
        """The part of its period before ``until``; None when there is none.

        An expired mandate brings nothing measured after it expired.
        """
        end = min(until, self.period_end or until)
        if self.renewal_status == EXPIRED:
            end = min(end, self.expires_at or end)
        if not self.is_approved or self.period_start is None or self.period_start >= end:
            return None
        return Interval(self.period_start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What all approved mandates together permit for one granularity of a metering point.

    Intervals that touch stay apart: a slice across them lies in no mandate's period.
    """

    metering_point: str
    energy_type: str
    granularity: Granularity
    intervals: tuple[Interval, ...]


def permissions(mandates: Iterable[Mandate], until: datetime) -> list[Permission]:
    """The measured time before ``until`` that ``mandates`` permit, per point and granularity.

    Ordered by metering point, then granularity; points without any permitted time are left out.
    """
    permitted: dict[tuple[str, str, Granularity], tuple[Interval, ...]] = {}
    periods: dict[tuple[object, ...], Interval | None] = {}
    for mandate in mandates:
        point, energy_type = mandate.metering_point, mandate.energy_type
        if point is None or energy_type is None:
            continue
        period = (
            mandate.status,
            mandate.renewal_status,
            mandate.period_start,
            mandate.period_end,
            mandate.expires_at,
        )
        if period not in periods:  # many begin on the same day: their intervals are made once
            periods[period] = mandate.permitted(until)
        interval = periods[period]
        if interval is None:
            continue
        for granularity in mandate.granularities:
            key = (point, energy_type, granularity)
            permitted[key] = (*permitted.get(key, ()), interval)
    return [
        Permission(
            metering_point=point,
            energy_type=energy_type,
            granularity=granularity,
            intervals=intervals if len(intervals) == 1 else tuple(disjoint(intervals)),
        )
        for (point, energy_type, granularity), intervals in sorted(permitted.items())
    ]


def widened(
    permitted: Sequence[Permission], held: Callable[[], Iterable[tuple[str, str]]]
) -> list[Permission]:
    """``permitted`` by what flows: a mandate on heat opens every channel of its data owner, so its
    permission becomes one for each energy type that is held of the point, or stays one of heat if
    nothing is.

    ``held`` gives metering points with an energy type that is held of each; it is asked only if
    there is a permission of heat. Ordered as :func:`permissions` are.
    """
    if not any(one.energy_type == HEAT for one in permitted):
        return list(permitted)
    types: defaultdict[str, set[str]] = defaultdict(set)
    for point, energy_type in held():
        types[point].add(energy_type)
    opened = [
        replace(one, energy_type=energy_type)
        for one in permitted
        for energy_type in (
            types.get(one.metering_point, {HEAT}) if one.energy_type == HEAT else {one.energy_type}
        )
    ]
    return sorted(opened, key=lambda p: (p.metering_point, p.energy_type, p.granularity))


def finest_open(permitted: Iterable[Permission]) -> dict[tuple[str, str], Granularity]:
    """The finest granularity of a fixed length that is open, by metering point and energy type."""
    found: dict[tuple[str, str], Granularity] = {}
    for one in permitted:
        key = one.metering_point, one.energy_type
        if one.granularity.step is None:
            continue
        known = found.get(key)
        if known is None or known.step is None or one.granularity.step < known.step:
            found[key] = one.granularity
    return found
