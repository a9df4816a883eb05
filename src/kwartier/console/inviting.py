"""Inviting a customer: the permanent link that it begins and renews by, shown, made, withdrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.context import ConsoleContext
from kwartier.console.customer.asking import about_customer
from kwartier.console.customer.looking import Looked
from kwartier.console.routes import Declared, form, page
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.funnel import Need
from kwartier.funnel.stages import Progress
from kwartier.office.invitations import Invitation, invitations, invite, withdraw
from kwartier.office.terms import MOST_EANS, Terms
from kwartier.office.users import Role
from kwartier.registry import Customer
from kwartier.store import Store
from kwartier.vocabulary.local_time import BRUSSELS, parse_instant
from kwartier.web.forms import Form
from kwartier.web.qr_codes import QrCode
from kwartier.web.stops import Stop
from kwartier.wire.fluvius_v3 import DataServiceType

_YES, _NO = "yes", "no"
_SSO: Final = {"": None, _YES: True, _NO: False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A customer's permanent link, for whoever may see it."""

    invitation: Invitation
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTerms:
    """What an invitation asks, as it is typed: empty where [connect] of the settings says."""

    provider: str
    services: tuple[str, ...] = ()
    period_start: str = ""
    period_end: str = ""
    max_eans: str = ""
    expected_eans: str = ""
    sso: str = ""

    @classmethod
    def of_form(cls, sent: Form) -> TypedTerms:
        """What was sent."""
        texts = ("provider", "period_start", "period_end", "max_eans", "expected_eans", "sso")
        return cls(
            services=tuple(sent.all("services")), **{name: sent.text(name) for name in texts}
        )

    @classmethod
    def of_invitation(cls, one: Invitation) -> TypedTerms:
        """What a standing invitation asks: sent again as it is, its link stays."""
        terms = one.terms
        return cls(
            provider=one.provider,
            services=terms.services,
            period_start=_typed_instant(terms.period_start),
            period_end=_typed_instant(terms.period_end),
            max_eans="" if terms.max_eans is None else str(terms.max_eans),
            expected_eans="" if terms.expected_eans is None else str(terms.expected_eans),
            sso="" if terms.sso is None else _YES if terms.sso else _NO,
        )

    def terms(self) -> Terms:
        """The same for the office; InputError naming the field that cannot be."""
        if self.sso not in _SSO:
            raise InputError("sso", "must be yes, no or as the settings say", f"got {self.sso!r}")
        return Terms(
            services=self.services,
            period_start=_instant(self.period_start, "period_start"),
            period_end=_instant(self.period_end, "period_end"),
            max_eans=_count(self.max_eans, "max_eans"),
            expected_eans=_count(self.expected_eans, "expected_eans"),
            sso=_SSO[self.sso],
        )


def links_of(context: ConsoleContext, customer_id: str) -> list[Link]:
    """The links of a customer that work."""
    leads_to = context.connect_url or f"{context.settings.address()}/connect"
    return [
        Link(invitation=one, address=f"{leads_to}/{one.token}")
        for one in invitations(context.office, customer_id)
    ]


async def show_invite(_: Request, visitor: Visitor) -> Response:
    """The links that there are, each with its QR code, and the form for another."""
    customer = await _customer(visitor)
    return await _shown(visitor, customer)


async def make(_: Request, visitor: Visitor) -> Response:
    """Make the link, or find the one that stands on the same terms."""
    customer, typed = await _customer(visitor), TypedTerms.of_form(visitor.form)
    try:
        invited = await asyncio.to_thread(_invite, visitor, customer.customer_id, typed)
    except InputError as error:
        return await _shown(visitor, customer, typed=typed, error=error)
    visitor.detail = f"{typed.provider}: {'a new link' if invited else 'the same link'}"
    return await _shown(visitor, customer, typed=typed, done="new" if invited else "same")


async def send_qr_code(_: Request, visitor: Visitor) -> Response:
    """The QR code of a link that works, as a picture."""
    customer = await _customer(visitor)
    link = await _link(visitor, customer)
    visitor.detail = f"{link.invitation.provider}: the link's QR code"
    picture = await asyncio.to_thread(lambda: QrCode(link.address).svg())
    return Response(picture, media_type="image/svg+xml", headers={"cache-control": "no-store"})


async def ask_to_withdraw(_: Request, visitor: Visitor) -> Response:
    """What it means that a link works no more, and the form that does it."""
    customer = await _customer(visitor)
    link = await _link(visitor, customer)
    return visitor.page(
        "withdraw.html", title="Withdraw the invitation?", customer=customer, link=link
    )


async def take_back(_: Request, visitor: Visitor) -> Response:
    """Let the link work no more; who opened it sees that it does not."""
    customer = await _customer(visitor)
    link = await _link(visitor, customer)
    await asyncio.to_thread(_withdraw, visitor, link.invitation)
    visitor.detail = link.invitation.provider
    return await _shown(visitor, customer, done="withdrawn")


def _invite(visitor: Visitor, customer_id: str, typed: TypedTerms) -> bool:
    """Whether the link is new."""
    context = visitor.context
    if typed.provider not in context.providers:
        rule = f"must be one that is configured: {', '.join(context.providers)}"
        raise InputError("provider", rule, f"got {typed.provider!r}")
    made = invite(
        context.office,
        customer_id,
        provider=typed.provider,
        at=visitor.now,
        terms=typed.terms(),
    )
    return made.is_new


def _withdraw(visitor: Visitor, one: Invitation) -> None:
    withdraw(visitor.context.office, one.customer_id, at=visitor.now, provider=one.provider)


async def _customer(visitor: Visitor) -> Customer:
    def read(_: Store, looked: Looked) -> Customer:
        return looked.customer

    return await about_customer(visitor, read)


async def _link(visitor: Visitor, customer: Customer) -> Link:
    """The one in the path, if it still works."""
    number = visitor.request.path_params["invitation_id"]
    links = await asyncio.to_thread(links_of, visitor.context, customer.customer_id)
    found = next((one for one in links if one.invitation.invitation_id == number), None)
    if found is None:
        raise Stop(404, "stop_missing", what="invitation that stands", name=str(number))
    return found


async def _shown(
    visitor: Visitor,
    customer: Customer,
    *,
    typed: TypedTerms | None = None,
    error: InputError | None = None,
    done: str | None = None,
) -> Response:
    context, name = visitor.context, customer.label or customer.customer_id
    links = await asyncio.to_thread(links_of, context, customer.customer_id)
    standing = [TypedTerms.of_invitation(one.invitation) for one in links]
    return visitor.page(
        "invite.html",
        title=f"Invite {name}",
        status=200 if error is None else 400,
        customer=customer,
        links=links,
        typed=typed or next(iter(standing), TypedTerms(provider=context.providers[0])),
        error=error,
        done=done,
        providers=context.providers,
        services=[one.value for one in DataServiceType],
        most_eans=MOST_EANS,
        **_renewal(await asyncio.to_thread(context.board.refresh_customer, customer.customer_id)),
    )


def _renewal(progress: Progress | None) -> dict[str, Any]:
    """Whether a consent runs out, or did and was not renewed, and when."""
    is_due = progress is not None and Need.RENEWAL in progress.needs
    return {"is_renewal": is_due, "days_left": None if progress is None else progress.days_left}


def _instant(text: str, field: str) -> Any:
    return parse_instant(text, field) if text else None


def _typed_instant(when: Any) -> str:
    """A date where it is midnight in Brussels, as one types it; else the whole instant."""
    if when is None:
        return ""
    text: str = when.astimezone(BRUSSELS).isoformat()
    return text[:10] if text[10:19] == "T00:00:00" and len(text) == 25 else text


def _count(text: str, field: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise InputError(field, f"must be a number between 1 and {MOST_EANS}", f"got {text!r}")
    return int(text)


_INVITE: Final = "/customers/{customer_id:path}/invite"
_ONE: Final = "/customers/{customer_id:path}/invitations/{invitation_id:number}"
_WHO: Final = Role.OPERATOR
ROUTES: Final[Sequence[Declared]] = (
    page(_INVITE, show_invite, role=_WHO, looks_at_customer=True),
    form(_INVITE, make, role=_WHO, looks_at_customer=True, action="invited"),
    page(f"{_ONE}/qr.svg", send_qr_code, role=_WHO, looks_at_customer=True),
    page(f"{_ONE}/withdraw", ask_to_withdraw, role=_WHO, looks_at_customer=True),
    form(
        f"{_ONE}/withdraw",
        take_back,
        role=_WHO,
        looks_at_customer=True,
        action="withdrew an invitation",
    ),
)
