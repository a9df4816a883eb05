"""What happens at a link: it is opened, its button is clicked, its customer comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kwartier.connect.allowance import Allowance
from kwartier.connect.asking import Asking
from kwartier.connect.context import ConnectContext
from kwartier.connect.guest import Guest, guest_of
from kwartier.connect.meeting import Meeting, Stopped
from kwartier.connect.outcome import Outcome, Word, outcome_of
from kwartier.connect.pages import Link, Pages
from kwartier.connect.sending import HOUR, Sending
from kwartier.connect.telling import Teller
from kwartier.connect.texts import SPEECHES
from kwartier.ean_digests import without_eans
from kwartier.errors import ConfigurationError
from kwartier.office import OfficeError
from kwartier.office.visits import Visit, VisitKind, note_visit, requested_since
from kwartier.registry.holders import days_to_answer

LOOKS: Final = 4
"""How often a page that waits for the provider's list looks again by itself."""

PAUSE_SECONDS: Final = 4
_MOST_ASKED: Final = 30
_log = logging.getLogger("kwartier.connect")

Step = Callable[[Meeting], Awaitable[Response]]


class Visiting:
    """The pages of :class:`~kwartier.connect.context.ConnectContext`, each a Starlette endpoint."""

    def __init__(self, context: ConnectContext, pages: Pages) -> None:
        self._context, self._pages = context, pages
        self._ways = {way.provider: way for way in context.ways}
        self._allowance = Allowance(_MOST_ASKED, HOUR.total_seconds())
        self._sending = Sending(context, self._allowance)

    async def show(self, request: Request) -> Response:
        """``GET /{token}``: what is asked, and how it stands as far as the store knows. No short
        URL comes of it, for programs that read mail look at links, too.
        """
        return await self._met(request, self._show, up="")

    async def go(self, request: Request) -> Response:
        """``POST /{token}``, the button: off to where the customer consents."""
        return await self._met(request, self._go, up="")

    async def done(self, request: Request) -> Response:
        """``GET /{token}/done``: back after a request, as the address says; so the provider of the
        data is asked.
        """
        return await self._met(request, self._done, up="../")

    async def back(self, request: Request) -> Response:
        """``GET /{token}/back``: turned back before one, as the address says; it is asked, too."""
        return await self._met(request, self._back, up="../")

    async def _met(self, request: Request, step: Step, *, up: str) -> Response:
        """Find out who it is, and take the step; whatever goes wrong is a page that says what to
        do.
        """
        met: Meeting | None = None
        language = self._pages.language(request)
        try:
            guest = await self._guest(request)
            if guest is None:
                return self._pages.unknown(request, up=up)
            language = self._pages.language(request, guest.customer.language)
            met = self._meeting(request, guest, language, up)
            return await step(met)
        except Stopped as stopped:
            return self._pages.stop(language, stopped.key, stopped.status, up=up)
        except Exception as error:  # noqa: BLE001 - whatever it is, a customer sees no traceback
            await self._note_failure(met, error)
            retry = "" if request.method == "POST" else request.url.path.rpartition("/")[2]
            retry = retry or request.path_params["token"]
            return self._pages.stop(language, "failed", 503, up=up, retry=retry)

    async def _guest(self, request: Request) -> Guest | None:
        return await asyncio.to_thread(
            guest_of,
            self._context.store,
            self._context.office,
            request.path_params["token"],
            self._context.settings.wording,
        )

    def _meeting(self, request: Request, guest: Guest, language: str, up: str) -> Meeting:
        if not guest.invitation.stands:
            raise Stopped("withdrawn", 410)
        way = self._ways.get(guest.invitation.provider)
        if way is None:
            raise ConfigurationError(
                f"customers were invited to share from {guest.invitation.provider}, which is not "
                "set up: add it to provider.names"
            )
        if self._context.settings.wording is not None and not guest.wordings:
            raise ConfigurationError(
                f"connect.wording: no words {self._context.settings.wording!r} are kept; `kwartier "
                "consents wording VERSION FILE` keeps them"
            )
        return Meeting(
            request=request,
            guest=guest,
            way=way,
            teller=Teller(t=SPEECHES[language], name=self._pages.name, place=way.place),
            now=self._context.clock(),
            up=up,
        )

    async def _show(self, met: Meeting) -> Response:
        if met.request.method == "GET" and not _is_prefetch(met.request):
            await self._note(met, VisitKind.OPENED)
        asking = self._asking(met)
        outcome = outcome_of(met.guest.mandates)
        if asking.is_over and outcome.word is Word.NOTHING:
            raise Stopped("over", 410)
        if outcome.word is Word.NOTHING:
            told = met.teller.invitation()
        else:
            told = met.teller.standing(outcome, asking, await self._days(met))
        if asking.is_over:
            return self._pages.told(met, told)
        has_purpose = self._context.settings.purpose is not None
        asked = met.teller.asked(met.way, asking, outcome.word, has_purpose=has_purpose)
        return self._pages.told(met, told, asked=asked)

    async def _go(self, met: Meeting) -> Response:
        asking = self._asking(met)
        if asking.is_over:
            raise Stopped("over", 410)
        url = await self._sending.address_for(met, asking)
        if url is not None:
            return RedirectResponse(url, 303, headers=self._pages.headers)
        look = Link(key="look_again", to=f"{met.link}/done{met.language}")
        return self._pages.told(met, met.teller.how_at_eneco(met.way.party), links=[look])

    async def _done(self, met: Meeting) -> Response:
        if not self._can_look(met):
            await self._note(met, VisitKind.RETURNED)
            return self._pages.told(met, met.teller.plain("unseen"), links=[_again(met)])
        outcome = await self._outcome(met)
        if outcome.word is Word.NOTHING and (look := await self._next_look(met)):
            return self._wait(met, look)
        await self._note(met, VisitKind.RETURNED, detail=outcome.word)
        return await self._result(met, outcome)

    async def _back(self, met: Meeting) -> Response:
        outcome = await self._outcome(met) if self._can_look(met) else Outcome()
        await self._note(met, VisitKind.TURNED_BACK, detail=outcome.word)
        if outcome.word is Word.NOTHING:
            return self._pages.told(met, met.teller.plain("back"), links=[_again(met)])
        return await self._result(met, outcome)

    async def _result(self, met: Meeting, outcome: Outcome) -> Response:
        asking = self._asking(met)
        told = met.teller.standing(outcome, asking, await self._days(met))
        is_done = outcome.word in (Word.GRANTED, Word.WAITING)
        goes_on = not is_done or outcome.missing(asking.expected_eans)
        return self._pages.told(met, told, links=[_again(met)] if goes_on else [])

    def _asking(self, met: Meeting) -> Asking:
        return Asking.of(met.guest.invitation.terms, self._context.settings, met.now)

    @staticmethod
    def _can_look(met: Meeting) -> bool:
        return met.way.can_look and bool(met.guest.references)

    async def _outcome(self, met: Meeting) -> Outcome:
        if not self._allowance.take(met.id):
            raise Stopped("failed", 429)
        return outcome_of(await met.way.mandates(met.guest.references))

    async def _next_look(self, met: Meeting) -> int | None:
        """Which look the next one is, if there may be one: a list may lag behind a request."""
        text = met.request.query_params.get("look", "0")
        look = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else LOOKS
        if look >= LOOKS:
            return None
        return look + 1 if await self._requested(met, timedelta(days=1)) else None

    def _wait(self, met: Meeting, look: int) -> Response:
        chosen = met.language.replace("?", "&")
        to = f"done?look={look}{chosen}"
        told = met.teller.plain("looking", n=PAUSE_SECONDS)
        links = [Link(key="look_again", to=to)]
        return self._pages.told(met, told, links=links, refresh=f"{PAUSE_SECONDS}; url={to}")

    async def _days(self, met: Meeting) -> int | None:
        """What whoever has to agree has left, counted from the last request over this link."""
        asked = await self._requested(met, timedelta(days=31))
        return days_to_answer(asked[0].at, met.now) if asked else None

    async def _requested(self, met: Meeting, within: timedelta) -> list[Visit]:
        since = met.now - within
        return await asyncio.to_thread(requested_since, self._context.office, met.id, since)

    async def _note(self, met: Meeting, kind: VisitKind, detail: str | None = None) -> None:
        visit = Visit(invitation_id=met.id, at=met.now, kind=kind, detail=detail)
        await asyncio.to_thread(note_visit, self._context.office, visit, once_in=HOUR)

    async def _note_failure(self, met: Meeting | None, error: Exception) -> None:
        kind, text = type(error).__name__, without_eans(str(error))
        who = "a visitor" if met is None else f"customer {met.guest.customer.customer_id!r}"
        _log.error("the page for %s failed: %s: %s", who, kind, text)
        if met is None:
            return
        with suppress(OfficeError):  # the page that says so comes all the same
            await self._note(met, VisitKind.FAILED, detail=kind)


def _again(met: Meeting) -> Link:
    return Link(key="again", to=f"{met.link}{met.language}")


def _is_prefetch(request: Request) -> bool:
    """Whether nobody has clicked yet."""
    told = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return any("prefetch" in text.lower() for text in told)
