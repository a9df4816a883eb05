"""A store and office with a customer for each cause, and facts of customers made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kwartier.funnel.causes import Cause
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.reasons import Reasons
from kwartier.measurements import Fetched
from kwartier.office import Office, open_office
from kwartier.office.invitations import invite
from kwartier.office.terms import Terms
from kwartier.office.visits import Visit, VisitKind, note_visit
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.retention import Decision, DecisionKind
from kwartier.store import Store
from kwartier.vocabulary import mandate as m
from kwartier.vocabulary.fetch import Outcome
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import day_interval
from kwartier.vocabulary.mandate import Mandate
from support.mandates import known_mandate
from support.measured import NOW, Row, answer, quarters
from support.stores import empty_store

DAY = timedelta(days=1)
START = datetime(2026, 11, 9, 23, tzinfo=UTC)
"""Midnight in Brussels: ten days before those that are not due yet."""
DUE_END = datetime(2026, 11, 19, 23, tzinfo=UTC)
SEEN = NOW - 9 * DAY
FETCHED = NOW - 8 * DAY
WHOLE = Interval(START, DUE_END)
QUARTER, DAILY = Granularity.QUARTER_HOUR, Granularity.DAY
BOTH = frozenset({QUARTER, DAILY})


@dataclass
class Prepared:
    """A store and its office, with the customers by the cause that they were made for."""

    path: Path
    store: Store = field(init=False)
    office: Office = field(init=False)
    references: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store, self.office = empty_store(self.path), open_office(self.path)
        applied = self.store.change_customers(
            [CustomerChange(customer_id=cause.value, label=f"Jo {cause}") for cause in Cause],
            provider="fluvius",
            now=NOW - 30 * DAY,
        )
        self.references = {one.customer_id: one.reference_number for one in applied.made}


def unexplained(some: Sequence[CustomerFacts]) -> list[Reasons]:
    """Finds nothing that keeps data away."""
    return [Reasons(0) for _ in some]


def point_of(cause: Cause) -> str:
    """The metering point of the customer that was made for ``cause``."""
    return f"{541448860000000000 + tuple(Cause).index(cause)}"


def prepare_causes(folder: Path) -> Prepared:
    """One customer for each cause that is about a single one, named by it."""
    made = Prepared(folder / "kwartier.duckdb")
    _visit(made)
    former, listed = _listings(made)
    made.store.record_mandates(Listing(former, SEEN), provider="fluvius")
    made.store.commit(_answers())
    made.store.record_mandates(Listing(listed, NOW - DAY), provider="fluvius")
    suppressed = _id_of(made, Cause.SUPPRESSED)
    made.store.decide(
        [
            Decision(
                kind=DecisionKind.SUPPRESS,
                mandate_id=suppressed,
                decided_at=NOW - DAY,
                decided_by="a test",
                why="asked for",
            )
        ]
    )
    return made


def _id_of(made: Prepared, cause: Cause) -> int:
    reference = made.references[cause.value]
    known = made.store.mandates()
    return next(one.mandate_id for one in known if one.mandate.reference_number == reference)


_STEPS: dict[Cause, tuple[VisitKind, ...]] = {
    Cause.NOT_OPENED: (),
    Cause.NOT_REQUESTED: (VisitKind.OPENED,),
    Cause.LINK_FAILED: (VisitKind.OPENED, VisitKind.FAILED),
    Cause.LINK_EXPIRED: (VisitKind.OPENED, VisitKind.REQUESTED),
    Cause.LINK_LIVES: (VisitKind.OPENED, VisitKind.REQUESTED, VisitKind.OPENED),
    Cause.TURNED_BACK: (VisitKind.OPENED, VisitKind.REQUESTED, VisitKind.TURNED_BACK),
    Cause.NOT_SEEN_YET: (VisitKind.OPENED, VisitKind.REQUESTED, VisitKind.RETURNED),
}


def _visit(made: Prepared) -> None:
    at = NOW - 20 * DAY
    for cause, steps in _STEPS.items():
        link = invite(made.office, cause.value, provider="fluvius", at=at).invitation
        opened = NOW - timedelta(hours=3) if cause is Cause.LINK_LIVES else at + DAY
        for number, kind in enumerate(steps):
            when = opened + number * timedelta(minutes=1)
            note_visit(
                made.office,
                Visit(
                    invitation_id=link.invitation_id,
                    at=when,
                    kind=kind,
                    valid_to=when + DAY if kind is VisitKind.REQUESTED else None,
                ),
            )
    terms = Terms(expected_eans=2)
    invite(made.office, Cause.FEWER_METERS.value, provider="fluvius", at=at, terms=terms)


def _listings(made: Prepared) -> tuple[list[Mandate], list[Mandate]]:
    """The mandates as they were first listed, and as they are listed now."""
    closed: dict[str, Any] = {"metering_point": None, "energy_type": None}
    first: dict[Cause, dict[str, Any]] = {
        Cause.WAITING: {"status": m.REQUESTED, **closed},
        Cause.REFUSED: {"status": m.REQUESTED, **closed},
        Cause.UNKNOWN_STATUS: {"status": "Doubted", **closed},
        Cause.OPENS_NOTHING: {"granularities": frozenset()},
        Cause.NOT_DUE: {"period_start": NOW - timedelta(hours=13)},
        Cause.REGISTRATION_OFF: {"granularities": BOTH},
        **{
            cause: {}
            for cause in (
                Cause.NOT_LISTED, Cause.ENDED, Cause.ON_HOLD, Cause.MOVED_OUT, Cause.EXPIRED,
                Cause.SUPPRESSED, Cause.TO_BE_RENEWED, Cause.RENEWAL_WAITING, Cause.FEWER_METERS,
                Cause.NOT_ASKED, Cause.REQUESTS_FAILED, Cause.REQUESTS_REFUSED, Cause.NO_VALUES,
                Cause.BEFORE_INSTALLATION, Cause.GAP, Cause.LATE, Cause.COMPLETE,
            )
        },
    }  # fmt: skip
    changed: dict[Cause, dict[str, Any]] = {
        Cause.REFUSED: {"status": m.REJECTED},
        Cause.ENDED: {"status": m.FINISHED},
        Cause.ON_HOLD: {"status": m.FINISHED},
        Cause.MOVED_OUT: {"period_end": START + 5 * DAY},
        Cause.EXPIRED: {"renewal_status": m.EXPIRED, "expires_at": START + 5 * DAY},
        Cause.TO_BE_RENEWED: {"renewal_status": m.TO_BE_RENEWED, "expires_at": NOW + 50 * DAY},
        Cause.RENEWAL_WAITING: {
            "renewal_status": m.RENEWAL_REQUESTED,
            "expires_at": NOW + 50 * DAY,
        },
    }
    former = {cause: _mandate(made, cause, **said) for cause, said in first.items()}
    now = {cause: replace(one, **changed.get(cause, {})) for cause, one in former.items()}
    del now[Cause.NOT_LISTED]
    return list(former.values()), list(now.values())


def _mandate(made: Prepared, cause: Cause, **said: Any) -> Mandate:
    stated = {
        "metering_point": point_of(cause),
        "period_start": START,
        "granularities": frozenset({QUARTER}),
        **said,
    }
    return known_mandate(reference_number=made.references[cause.value], **stated).mandate


def _answers() -> list[Fetched]:
    """All ten days, but for what a cause is about."""
    held: dict[Cause, Sequence[Interval]] = {
        Cause.ON_HOLD: [WHOLE],
        Cause.MOVED_OUT: [Interval(START, START + 5 * DAY)],
        Cause.EXPIRED: [Interval(START, START + 5 * DAY)],
        Cause.SUPPRESSED: [],
        Cause.TO_BE_RENEWED: [WHOLE],
        Cause.RENEWAL_WAITING: [WHOLE],
        Cause.FEWER_METERS: [WHOLE],
        Cause.NO_VALUES: [],
        Cause.BEFORE_INSTALLATION: [Interval(START + 3 * DAY, DUE_END)],
        Cause.GAP: [Interval(START, START + 3 * DAY), Interval(START + 4 * DAY, DUE_END)],
        Cause.LATE: [Interval(START, START + 6 * DAY)],
        Cause.COMPLETE: [WHOLE],
    }
    found = [
        answer(
            [row for part in parts for row in _quarters(cause, part)],
            scope=WHOLE,
            metering_point=point_of(cause),
            fetched_at=FETCHED,
        )
        for cause, parts in held.items()
    ]
    found.append(_days_alone())
    for cause, outcome in (
        (Cause.REQUESTS_FAILED, Outcome.FAILED),
        (Cause.REQUESTS_REFUSED, Outcome.FORBIDDEN),
    ):
        found.append(
            answer(
                scope=WHOLE,
                metering_point=point_of(cause),
                fetched_at=FETCHED,
                outcome=outcome,
                error="no",
            )
        )
    return found


def _quarters(cause: Cause, part: Interval) -> list[Row]:
    number = part.duration // timedelta(minutes=15)
    return quarters(part.start, [1.0] * number, metering_point=point_of(cause))


def _days_alone() -> Fetched:
    point = point_of(Cause.REGISTRATION_OFF)
    first = (START + timedelta(hours=2)).date()
    days = [day_interval(first + number * DAY, "electricity") for number in range(10)]
    rows = [
        Row(start=day.start, end=day.end, metering_point=point, granularity="P1D") for day in days
    ]
    return answer(
        rows,
        scope=WHOLE,
        metering_point=point,
        fetched_at=FETCHED,
        granularities=(QUARTER, DAILY),
    )
