"""Who a customer is, how far it has come, what it shares and agreed to, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.customer.asking import about_customer
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.inviting import Link, links_of
from kwartier.console.visitor import Visitor
from kwartier.funnel.causes import HARMLESS, Finding
from kwartier.funnel.progress import progress_of
from kwartier.funnel.reading import facts_of
from kwartier.funnel.stages import Progress
from kwartier.funnel.trouble import troubles
from kwartier.funnel.why import evidence_of, findings_of
from kwartier.office.users import Role
from kwartier.registry import KnownMandate
from kwartier.registry.change_words import change_words
from kwartier.registry.holders import remark
from kwartier.rights.account import Account, open_account
from kwartier.rights.folder import EVERYTHING
from kwartier.store import Store
from kwartier.vocabulary.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page tells: ``findings`` say why there is no data, the worst first; ``remarks`` are
    by mandate's id, ``histories`` too.
    """

    account: Account
    looked: Looked
    progress: Progress | None
    findings: Sequence[Finding]
    remarks: Mapping[int, str]
    histories: Mapping[int, Sequence[tuple[datetime, str]]]
    links: Sequence[Link]

    @property
    def nothing_is_wrong(self) -> bool:
        """Whether the findings tell of nothing that keeps data away."""
        return all(one.cause in HARMLESS for one in self.findings)

    def is_on_hold(self, point: Point) -> bool:
        """Whether something of it waits for a decision."""
        return any(point.on_hold.values())

    def is_erased(self, point: Point) -> bool:
        """Whether something of it was erased on request."""
        return any(point.erased.values())

    def periods(self, point: Point) -> list[Interval]:
        """The time that is the customer's, each period once."""
        return sorted({claim.period for claim in point.claims})


async def show_customer(_: Request, visitor: Visitor) -> Response:
    """The page of one customer."""
    found = await about_customer(visitor, lambda store, looked: read(store, looked, visitor))
    customer = found.account.customer
    return visitor.page(
        "customer/overview.html", title=customer.label or customer.customer_id, found=found
    )


def read(store: Store, looked: Looked, visitor: Visitor) -> Overview:
    """All that the page tells."""
    context, id_ = visitor.context, looked.customer.customer_id
    account = open_account(store, id_, chosen=EVERYTHING)
    arrival, retention = context.policies.arrival, context.policies.retention
    facts = facts_of(store, context.office, id_, now=visitor.now, arrival=arrival, policy=retention)
    findings: Sequence[Finding] = ()
    if facts is not None:
        evidence = evidence_of(store, facts)
        findings = findings_of(facts, evidence, troubles(context.office), arrival)
    links = links_of(context, id_) if visitor.may(Role.OPERATOR) else []
    return Overview(
        account=account,
        looked=looked,
        progress=None if facts is None else progress_of(facts),
        findings=findings,
        remarks={one.mandate_id: remark(one, visitor.now) for one in account.mandates},
        histories={one.mandate_id: _history(one, account) for one in account.mandates},
        links=links,
    )


def _history(one: KnownMandate, account: Account) -> list[tuple[datetime, str]]:
    """What was seen of a mandate when, in words, the oldest first."""
    changes = (event.entry.change for event in account.history)
    return [
        (change.seen_at, change_words(change))
        for change in changes
        if change.mandate_id == one.mandate_id
    ]
