"""Which consents run out, and when: so that customers are asked in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kwartier.registry.known_mandate import KnownMandate
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.mandate import Mandate


class RenewalState(StrEnum):
    """``expired``: no new data any more. ``due``: may be renewed now. ``requested``: the grid
    user has yet to agree. ``soon``: cannot be renewed yet, but before long.
    """

    EXPIRED = "expired"
    DUE = "due"
    REQUESTED = "requested"
    SOON = "soon"


_STATES = {
    m.EXPIRED: RenewalState.EXPIRED,
    m.RENEWAL_REQUESTED: RenewalState.REQUESTED,
    m.TO_BE_RENEWED: RenewalState.DUE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """A mandate that runs out. ``days_left`` counts local days up to that of its expiry, and is
    negative past it; None if the provider names no expiry.
    """

    known: KnownMandate
    state: RenewalState
    days_left: int | None


def renewals(known: Iterable[KnownMandate], now: datetime, *, within: timedelta) -> list[Renewal]:
    """The approved mandates that have to be renewed, or expire ``within`` this time from ``now``,
    the most urgent first.

    Fluvius' word decides; where it says nothing, the expiry does. Left out are those whose data
    period is over (a renewal would bring nothing), those that Fluvius no longer lists, and those
    that another one with a later expiry stands in for: same reference number, metering point and
    service.
    """
    latest: dict[tuple[str, ...], datetime] = {}
    current = [one for one in known if _may_run_out(one, now)]
    for one in current:
        key, expiry = _identity(one.mandate), one.mandate.expires_at
        if expiry is not None:
            latest[key] = max(expiry, latest.get(key, expiry))
    found = (
        Renewal(known=one, state=state, days_left=_days_left(one.mandate, now))
        for one in current
        if (state := _state(one.mandate, now, within)) is not None
        and not _is_stood_in_for(one.mandate, latest)
    )
    return sorted(found, key=_urgency)


def _may_run_out(one: KnownMandate, now: datetime) -> bool:
    mandate = one.mandate
    is_over = mandate.period_end is not None and mandate.period_end <= now
    return mandate.is_approved and one.missing_since is None and not is_over


def _state(mandate: Mandate, now: datetime, within: timedelta) -> RenewalState | None:
    stated = _STATES.get(mandate.renewal_status or "")
    expiry = mandate.expires_at
    if stated is not None or expiry is None or expiry > now + within:
        return stated
    return RenewalState.SOON if expiry > now else RenewalState.EXPIRED


def _is_stood_in_for(mandate: Mandate, latest: dict[tuple[str, ...], datetime]) -> bool:
    expiry = mandate.expires_at
    return expiry is not None and latest[_identity(mandate)] > expiry


def _identity(mandate: Mandate) -> tuple[str, ...]:
    return (
        mandate.provider,
        mandate.reference_number,
        mandate.metering_point or "",
        mandate.data_service_type,
    )


def _days_left(mandate: Mandate, now: datetime) -> int | None:
    if mandate.expires_at is None:
        return None
    expires, today = (at.astimezone(BRUSSELS).date() for at in (mandate.expires_at, now))
    return (expires - today).days


def _urgency(renewal: Renewal) -> tuple[bool, int, int]:
    days = renewal.days_left
    return days is None, days or 0, renewal.known.mandate_id
