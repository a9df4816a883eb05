"""The provider's own pages as one app: for customers, for programs, for colleagues."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from kwartier.alerts import Certificates, Lookout
from kwartier.api import BASE as API_BASE
from kwartier.api import ApiContext
from kwartier.api import create_app as create_api
from kwartier.cli.centigrade import declared_in
from kwartier.cli.connecting import address_of_links, connecting
from kwartier.configuration import Configuration
from kwartier.connect import create_app as create_connect
from kwartier.console import ConsoleContext, ConsolePolicies
from kwartier.console import create_app as create_console
from kwartier.console.openid.provider import provider_of
from kwartier.funnel import Board
from kwartier.funnel.keeping import kept_fresh
from kwartier.office import open_office
from kwartier.serve import listen, serving
from kwartier.settings import configured_clock, environment
from kwartier.store.port import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.web.settings import WebSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """The pages of one store, as ``settings`` say, and the board that they show."""

    settings: WebSettings
    app: ASGIApp
    board: Board


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PlaceOptions:
    """Where the pages are served."""

    host: Annotated[str | None, Parameter(help="where the pages are served")] = None
    port: Annotated[int | None, Parameter(help="their port; 0 takes a free one")] = None


def settings_of(configuration: Configuration, place: PlaceOptions) -> WebSettings:
    """What the file says, but for what the options do."""
    web = configuration.web
    port = web.port if place.port is None else place.port
    return replace(web, host=place.host or web.host, port=port)


def website(
    configuration: Configuration,
    settings: WebSettings,
    *,
    store: Store,
    path: Path,
    certificates: Certificates | None = None,
    ask_soon: Callable[[str, Collection[str]], bool] | None = None,
) -> Website:
    """The pages of the store at ``path``; ``certificates`` are those that providers are signed in
    to with, where that is known; ``ask_soon`` is the service's in this process, if there is one.
    ConfigurationError for settings that cannot be.
    """
    office = open_office(path)
    links_at = address_of_links(replace(configuration, web=settings))
    board = Board(
        store,
        office,
        configured_clock,
        store_path=path,
        arrival=configuration.arrival,
        policy=configuration.retention,
    )
    console = ConsoleContext(
        store=store,
        store_path=path,
        office=office,
        board=board,
        lookout=Lookout(
            store=store,
            office=office,
            certificates=certificates,
            settings=configuration.alerts,
            retention=configuration.retention,
        ),
        settings=settings,
        policies=ConsolePolicies(
            arrival=configuration.arrival,
            retention=configuration.retention,
            fetch=configuration.fetch,
            centigrade=declared_in(configuration.eneco.centigrade),
            keep_accesses=configuration.service.keep_access_log,
        ),
        openid=provider_of(settings, environment().get("KWARTIER_OIDC_CLIENT_SECRET")),
        connect_url=links_at,
        providers=tuple(name.value for name in configuration.provider.names),
        ask_soon=ask_soon,
    )
    connect = connecting(configuration, settings, store=store, office=office)
    api = ApiContext(
        store=store,
        store_path=path,
        office=office,
        board=board,
        connect_url=links_at,
        settings=configuration.api,
        arrival=configuration.arrival,
        centigrade=console.policies.centigrade or Centigrade.UNKNOWN,
    )
    routes: list[BaseRoute] = [
        Mount("/connect", create_connect(connect)),
        Mount(API_BASE, create_api(api)),
        Mount("/", create_console(console)),
    ]
    return Website(settings=settings, app=Starlette(routes=routes), board=board)


@asynccontextmanager
async def website_served(site: Website) -> AsyncIterator[str]:
    """Serve the pages until the block ends; their address, as people reach them."""
    listener = listen(
        site.settings.host,
        site.settings.port,
        hint="web.port in the configuration file or --port",
    )
    async with kept_fresh(site.board), serving(site.app, listener):
        yield site.settings.address(listener.getsockname()[1])
