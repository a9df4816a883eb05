"""From settings to the page that customers are invited to."""

from __future__ import annotations

from kwartier.cli.provider import connect_async, credentials_for, eneco_credentials_for
from kwartier.cli.sources import AskedEneco, AskedFluvius, asked
from kwartier.configuration import Configuration
from kwartier.connect import CLIENT_OPTIONS, ConnectContext, EnecoWay, FluviusWay, Way
from kwartier.eneco import AsyncEnecoClient
from kwartier.eneco import Endpoints as EnecoEndpoints
from kwartier.eneco.credentials import look_up
from kwartier.fluvius import AsyncFluviusEnergyClient
from kwartier.fluvius.environment import Endpoints
from kwartier.office import Office
from kwartier.settings import environment
from kwartier.store.port import Store
from kwartier.web.settings import WebSettings


def connecting(
    configuration: Configuration, web: WebSettings, *, store: Store, office: Office
) -> ConnectContext:
    """What the page works with. Nothing is asked of a provider, and no credentials are needed,
    until a customer clicks.
    """
    is_known = configuration.connect.address is not None or web.public_url is not None
    return ConnectContext(
        office=office,
        store=store,
        ways=ways(configuration),
        settings=configuration.connect,
        web=web,
        address=address_of_links(configuration) if is_known else None,
    )


def ways(configuration: Configuration) -> list[Way]:
    """The ways to consent, one of each provider that the settings name; of Eneco if it is set whom
    customers consent to.
    """
    is_sandbox = configuration.provider.sandbox
    chosen = [asked(name, is_sandbox=is_sandbox) for name in configuration.provider.names]
    found = [_eneco(one) if isinstance(one, AskedEneco) else _fluvius(one) for one in chosen]
    return [way for way in found if way is not None]


def address_of_links(configuration: Configuration) -> str:
    """What the links begin with."""
    stated = configuration.connect.address
    return stated.rstrip("/") if stated else f"{configuration.web.address()}/connect"


def _fluvius(chosen: AskedFluvius) -> FluviusWay:
    def make() -> AsyncFluviusEnergyClient:
        credentials = credentials_for(chosen.environment)
        return connect_async(chosen.environment, credentials, **CLIENT_OPTIONS)

    endpoints = Endpoints.of(chosen.environment, tenant_id="")
    return FluviusWay(make, portal_url=endpoints.portal_url)


def _eneco(chosen: AskedEneco) -> EnecoWay | None:
    def make() -> AsyncEnecoClient:
        credentials = eneco_credentials_for(chosen.environment)
        return AsyncEnecoClient(credentials, chosen.environment, **CLIENT_OPTIONS)

    party = look_up("client_id", chosen.environment, environment())[1]
    if party is None:
        return None
    has_contracts = look_up("consumer_token", chosen.environment, environment())[1] is None
    endpoints = EnecoEndpoints.of(chosen.environment)
    return EnecoWay(party, endpoints, make if has_contracts else None)
