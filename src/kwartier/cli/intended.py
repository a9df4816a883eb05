"""What a sync that is not carried out would erase, and what it would hold back, told."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from kwartier.cli.output import plain
from kwartier.cli.wording import counted
from kwartier.retention import Erased, Hold
from kwartier.retention.wording import ERASED, FUSES, HELD
from kwartier.sync import Review
from kwartier.sync.retention import Going


def tell_review(review: Review, out: Console) -> None:
    """A line for each metering point and granularity that would lose something, and for each
    mandate on whose account something is on hold; and for each delivery address that would go.
    """
    going = review.going()
    lines = [f"would be erased: {_amount(one)}: {ERASED[one.order.reason]}" for one in going.found]
    lines += [
        f"would be erased: the delivery address of {one.of}: {ERASED[one.reason]}"
        for one in going.details
    ]
    for blocked in review.blocked:
        lines += [
            f"would wait for a person to confirm it: {_amount(one)}: {FUSES[blocked.fuse]}"
            for one in review.taken_by([blocked.order])
        ]
    lines += [
        f"on hold, {'kept' if hold.decision else 'waiting for a decision'}: "
        f"{hold.known.mandate.metering_point}, {_days(hold.bounds.start, hold.bounds.end)}: "
        f"{HELD[hold.reason]}"
        for hold in review.holds
    ]
    for line in lines:
        out.print(line[0].upper() + line[1:], highlight=False, markup=False, soft_wrap=True)


def going_as_json(going: Going) -> dict[str, Any]:
    """What goes, for programs."""
    return {
        "would_erase": [_erased_as_json(one) for one in going.found],
        "would_forget": [
            {"what": one.kind.value, "of": one.of, "reason": one.reason.value}
            for one in going.details
        ],
    }


def review_as_json(review: Review) -> dict[str, Any]:
    """The same for programs."""
    return {
        **going_as_json(review.going()),
        "would_wait": [
            _erased_as_json(one) | {"fuse": blocked.fuse.value}
            for blocked in review.blocked
            for one in review.taken_by([blocked.order])
        ],
        "on_hold": [_hold_as_json(hold) for hold in review.holds],
    }


def _amount(one: Erased) -> str:
    return (
        f"{counted(one.values, 'value')} and {counted(one.revisions, 'revision')} of "
        f"{one.order.metering_point} ({one.order.granularity}), {_days(one.start, one.end)}"
    )


def _days(start: object, end: object) -> str:
    return f"{plain(start)} to {plain(end)}"


def _erased_as_json(one: Erased) -> dict[str, Any]:
    return {
        "metering_point": one.order.metering_point,
        "granularity": one.order.granularity.value,
        "reason": one.order.reason.value,
        "from": one.start,
        "to": one.end,
        "values": one.values,
        "revisions": one.revisions,
        "days": one.days,
    }


def _hold_as_json(hold: Hold) -> dict[str, Any]:
    return {
        "metering_point": hold.known.mandate.metering_point,
        "granularities": [granularity.value for granularity in hold.granularities],
        "reason": hold.reason.value,
        "from": hold.bounds.start,
        "to": hold.bounds.end,
        "erased_at": hold.erased_at,
        "is_kept": hold.decision is not None,
    }
