"""What the commands on retention share: the policy's options, who decides, and words for it."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from cyclopts import Parameter
from rich.console import Console

from kwartier.cli.output import plain
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.retention import (
    Decision,
    Detail,
    DetailKind,
    FinishedPolicy,
    Reason,
    RetentionPolicy,
)
from kwartier.settings import configured_clock
from kwartier.store.port import Store
from kwartier.sync import Enforced
from kwartier.sync.erasure import decision_time

DEFAULT: Final = RetentionPolicy()
_ERASED: Final = {
    Reason.PERIOD_ENDED: "Erased, for no mandate permits it any more",
    Reason.FINISHED: "Erased, for the mandate was ended",
    Reason.DECIDED: "Erased, as was decided",
    Reason.REQUESTED: "Erased on request",
}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RetentionOptions:
    """What becomes of the data of finished mandates."""

    retention: Annotated[
        FinishedPolicy | None,
        Parameter(
            env_var="KWARTIER_RETENTION",
            show_env_var=True,
            help="data of a finished mandate: ask a person (so unless told otherwise), keep it, or "
            "erase it after a while",
        ),
    ] = None
    grace_days: Annotated[
        int | None,
        Parameter(help=f"how many days --retention erase waits, else {DEFAULT.grace.days}"),
    ] = None

    def policy(self, settled: RetentionPolicy = DEFAULT) -> RetentionPolicy:
        """What is ``settled``, but for what the options say; :class:`InputError` for a grace that
        is none.
        """
        if self.grace_days is not None and self.grace_days < 0:
            raise InputError("--grace-days", "must not be negative", f"got {self.grace_days}")
        grace = settled.grace if self.grace_days is None else timedelta(days=self.grace_days)
        return replace(settled, finished=self.retention or settled.finished, grace=grace)


RETENTION = RetentionOptions()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class DecisionOptions:
    """Who decides, and why: kept with the decision."""

    why: Annotated[
        str, Parameter(help="the reason, for whoever asks later: needed", show_default=False)
    ] = ""
    by: Annotated[
        str | None, Parameter(help="who decides, unless told otherwise the user of this machine")
    ] = None

    def who(self) -> str:
        """Who decides; :class:`InputError` for a reason that says nothing."""
        if not self.why.strip():
            raise InputError("--why", "must say the reason", "it is kept with the decision")
        return self.asks()

    def asks(self) -> str:
        """Who asks what would be, which takes no reason."""
        return self.by or getpass.getuser()


DECISION = DecisionOptions()


def clock(store: Store) -> datetime:
    """The time of a decision: now, but not before any provider's last list."""
    return decision_time(store, configured_clock())


def _why_erased(enforced: Enforced) -> str:
    """What became of it, and the reason where one goes for all that went."""
    of_values = {one.reason for one in enforced.receipts if one.values or one.revisions}
    return _ERASED.get(of_values.pop(), "Erased") if len(of_values) == 1 else "Erased"


def _how_much(enforced: Enforced) -> str:
    """How many values, and how many that these had before."""
    revisions = sum(one.revisions for one in enforced.receipts)
    values = counted(enforced.values - revisions, "value")
    return f"{values} and {counted(revisions, 'revision')}" if revisions else values


def tell_enforced(enforced: Enforced, out: Console) -> None:
    """What was erased, and what waits for a person, if anything."""
    if enforced.points:
        out.print(
            f"{_why_erased(enforced)}: {_how_much(enforced)} of "
            f"{counted(enforced.points, 'metering point')}. `kwartier receipts` lists it.",
            highlight=False,
        )
    if enforced.details:
        out.print(f"Erased, for it is needed no more: {details_text(enforced.details)}.")
    for former in enforced.former:
        out.print(
            f"Deleted with it: {former}, which a restore had kept and which held it still.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if enforced.blocked:
        points = len({one.order.metering_point for one in enforced.blocked})
        out.print(
            f"[yellow]Not erased, for the fuse has blown: {counted(points, 'metering point')}[/]; "
            "`kwartier holds`, with the same --retention if any was given, shows why and how to "
            "confirm it.",
            highlight=False,
        )
    waiting = sum(hold.decision is None for hold in enforced.holds)
    if waiting:
        out.print(
            f"[yellow]On hold, and waiting for a decision: {counted(waiting, 'mandate')}[/]; "
            "`kwartier holds` lists them.",
            highlight=False,
        )


def details_text(details: Iterable[Detail]) -> str:
    """What of people is, or was, let go of."""
    kinds = [one.kind for one in details]
    addresses = kinds.count(DetailKind.ADDRESS)
    told = ["the customer's label, enterprise number, contact and invitations"] * (
        DetailKind.CUSTOMER in kinds
    )
    noun = "delivery address" if addresses == 1 else "delivery addresses"
    told += [f"{addresses} {noun}"] if addresses else []
    return " and ".join(told)


def mandates_text(decisions: Sequence[Decision]) -> str:
    """How many mandates are decided upon, or that it is a part of their period."""
    mandates = counted(len(decisions), "mandate")
    is_part = any(one.start is not None or one.end is not None for one in decisions)
    return f"This part of {mandates}" if is_part else mandates


def enforced_as_json(enforced: Enforced) -> dict[str, Any]:
    """The same for programs."""
    return {
        "retracted_values": enforced.values,
        "retracted_points": enforced.points,
        "details": [one.kind.value for one in enforced.details],
        "receipts": [receipt.number for receipt in enforced.receipts],
        "former_stores_deleted": [str(former) for former in enforced.former],
        "blocked_orders": len(enforced.blocked),
        "on_hold": sum(hold.decision is None for hold in enforced.holds),
    }


def days(words: Sequence[datetime | None]) -> str:
    """``2026-01-01 00:00 to 2026-02-01 00:00``, open ends left out."""
    start, end = (plain(word) for word in words)
    return f"{start or 'the beginning'} to {end or 'now on'}"
