"""The page that customers are invited to, served for tests before an emulator's Mijn Fluvius."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from kwartier.connect import (
    ConnectContext,
    ConnectSettings,
    EnecoWay,
    FluviusWay,
    Way,
    create_app,
)
from kwartier.emulator.thread import EmulatorThread
from kwartier.eneco import AsyncEnecoClient, Endpoints, Environment
from kwartier.fluvius import AsyncFluviusEnergyClient
from kwartier.office import Office, open_office
from kwartier.office.invitations import Invitation, invite
from kwartier.office.terms import Terms
from kwartier.office.visits import VisitKind, visits_of
from kwartier.registry.consents import Wording
from kwartier.registry.customers import CustomerChange
from kwartier.store import open_store
from kwartier.store.port import Store
from kwartier.transport import RetryPolicy
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.web.settings import WebSettings

WORDS = "We use your data to advise you.\n\nYou may withdraw at any time."


def fluvius_way(emulator: EmulatorThread) -> FluviusWay:
    """Over an emulator's Mijn Fluvius; the environment has to lead to it when one first clicks."""
    return FluviusWay(
        lambda: AsyncFluviusEnergyClient(
            clock=emulator.world.now, timeout=10.0, retry=RetryPolicy(attempts=1)
        ),
        portal_url=emulator.env["FLUVIUS_PORTAL_URL"],
    )


def eneco_way(emulator: EmulatorThread) -> EnecoWay:
    """Over an emulator's consent page of KPN FIAM, which is asked what came of it; the environment
    has to lead to it when it first is.
    """
    return EnecoWay(
        emulator.env["FIAM_CLIENT_ID"],
        Endpoints.of(Environment.PRODUCTION, variables=emulator.env),
        lambda: AsyncEnecoClient(
            clock=emulator.world.now, timeout=10.0, retry=RetryPolicy(attempts=1)
        ),
    )


class Inviting:
    """A provider's store and office file in ``folder``, and the app that its customers meet."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        *ways: Way,
        address: str | None = None,
        **settings: Any,
    ) -> None:
        self.store: Store = open_store(folder / "kwartier.duckdb", create=True)
        self.office: Office = open_office(folder / "kwartier.duckdb")
        self.clock = clock
        web = {"name": "Zonnewende", **settings.pop("web", {})}
        self.context = ConnectContext(
            office=self.office,
            store=self.store,
            ways=ways,
            address=address,
            settings=ConnectSettings(**settings),
            web=WebSettings(**web),
            clock=clock,
        )

    def app(self, path: str = "/connect") -> Starlette:
        """The app, mounted at ``path``."""
        return Starlette(routes=[Mount(path, create_app(self.context))])

    def invite(
        self, customer_id: str, *, provider: str = FLUVIUS, terms: Terms | None = None, **said: Any
    ) -> Invitation:
        """A customer, of whom ``said`` is known, and the link for it; English unless told."""
        change = CustomerChange(customer_id=customer_id, **{"language": "en", **said})
        self.store.change_customers([change], provider=FLUVIUS, now=self.clock())
        made = invite(self.office, customer_id, provider=provider, terms=terms, at=self.clock())
        return made.invitation

    def reference(self, customer_id: str) -> str:
        """The customer's reference number with Fluvius."""
        (found,) = (
            one.reference_number
            for one in self.store.references()
            if one.customer_id == customer_id and one.provider == FLUVIUS
        )
        return found

    def keep_words(self, version: str = "2026-1", **texts: str) -> None:
        """Keep the words of a consent, by language."""
        for language, text in (texts or {"en": WORDS}).items():
            added = datetime(2026, 1, 1, tzinfo=UTC)
            wording = Wording(version=version, language=language, text=text, added_at=added)
            self.store.add_wording(wording)

    def kinds(self, invitation: Invitation) -> list[VisitKind]:
        """What happened at a link, in order."""
        return [one.kind for one in visits_of(self.office, invitation.invitation_id)]

    def changed(self, **settings: Any) -> None:
        """Other settings for apps that are made from now on."""
        self.context = replace(self.context, settings=replace(self.context.settings, **settings))


class Served:
    """An app on a port of this machine, until the block ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, server_header=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def _run(self) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(self._server.serve(sockets=[self._listener]))
