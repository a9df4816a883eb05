"""The click: where a customer is sent to, and what is kept of it."""

from __future__ import annotations

import asyncio
import weakref
from datetime import timedelta
from typing import Final

from starlette.requests import Request

from kwartier.connect.allowance import Allowance
from kwartier.connect.asking import Asking
from kwartier.connect.context import ConnectContext
from kwartier.connect.meeting import Meeting, Stopped
from kwartier.connect.ways import Sent
from kwartier.errors import ConfigurationError
from kwartier.office.visits import Visit, VisitKind, note_visit, requested_since
from kwartier.registry.consents import given

HOUR: Final = timedelta(hours=1)
_DOUBLE_CLICK: Final = timedelta(minutes=1)
_STILL_GOOD: Final = timedelta(minutes=10)


class Sending:
    """Makes short URLs, few of them: who clicks twice is sent to the same one. ``allowance`` says
    how often the provider of the data may be asked about one link.
    """

    def __init__(self, context: ConnectContext, allowance: Allowance) -> None:
        self._context, self._allowance = context, allowance
        self._clicking: weakref.WeakValueDictionary[int, asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )

    async def address_for(self, met: Meeting, asking: Asking) -> str | None:
        """Where the customer goes; None where no address is known."""
        async with self._clicking.setdefault(met.id, asyncio.Lock()):
            return await self._last(met) or await self._new(met, asking)

    async def _last(self, met: Meeting) -> str | None:
        """The last short URL, for a second click at once or one too many in an hour."""
        asked = await asyncio.to_thread(
            requested_since, self._context.office, met.id, met.now - HOUR
        )
        usable = [
            one
            for one in asked
            if one.short_url and one.valid_to and one.valid_to > met.now + _STILL_GOOD
        ]
        if not usable:
            return None
        is_many = len(asked) >= self._context.settings.most_per_hour
        return usable[0].short_url if is_many or met.now - usable[0].at < _DOUBLE_CLICK else None

    async def _new(self, met: Meeting, asking: Asking) -> str | None:
        if not self._allowance.take(met.id):
            raise Stopped("failed", 429)
        guest = met.guest
        if not guest.references and met.way.needs_reference:
            raise ConfigurationError(
                f"customer {guest.customer.customer_id!r} has no reference number with "
                f"{met.way.provider}: `kwartier customers add` makes one"
            )
        back = f"{self._context.address or _asked_at(met.request)}/{guest.invitation.token}"
        sent = await met.way.send(guest.customer, guest.references, asking, back)
        await self._note(met, sent, await self._agreed(met))
        return None if sent is None else sent.url

    async def _agreed(self, met: Meeting) -> str | None:
        """Keep what the customer agreed to with the provider by clicking; and what that was."""
        settings = self._context.settings
        if settings.purpose is None or settings.wording is None:
            return None
        consents = given(
            met.guest.references,
            purpose=settings.purpose,
            wording=settings.wording,
            channel="web",
            at=met.now,
        )
        if consents:
            await asyncio.to_thread(self._context.store.note_consents, consents)
        return f"agreed: {settings.purpose} ({settings.wording})"

    async def _note(self, met: Meeting, sent: Sent | None, agreed: str | None) -> None:
        visit = Visit(
            invitation_id=met.id,
            at=met.now,
            kind=VisitKind.REQUESTED,
            short_url=None if sent is None or sent.valid_to is None else sent.url,
            valid_to=None if sent is None else sent.valid_to,
            detail=agreed,
        )
        await asyncio.to_thread(note_visit, self._context.office, visit)


def _asked_at(request: Request) -> str:
    """Where the app was asked, in as many others as it may be mounted."""
    url, path = request.url, request.scope.get("root_path", "")
    return f"{url.scheme}://{url.netloc}{path}"
