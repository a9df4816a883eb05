"""From options and settings to the page that customers are invited to."""

from __future__ import annotations

from kwartier.cli.configured import Running
from kwartier.cli.provider import connect_async, credentials_for, eneco_credentials_for
from kwartier.cli.sources import AskedEneco, AskedFluvius, asked
from kwartier.connect import CLIENT_OPTIONS, EnecoWay, FluviusWay, Way
from kwartier.eneco import AsyncEnecoClient
from kwartier.eneco import Endpoints as EnecoEndpoints
from kwartier.eneco.consenting import our_party
from kwartier.fluvius import AsyncFluviusEnergyClient
from kwartier.fluvius.environment import Endpoints


def ways(running: Running) -> list[Way]:
    """The ways to consent, one of each provider that the settings name. Credentials of Fluvius are
    looked at when the first customer clicks; of Eneco it is said now whom customers consent to.
    """
    chosen = [asked(name, is_sandbox=running.is_sandbox) for name in running.named()]
    return [_eneco(one) if isinstance(one, AskedEneco) else _fluvius(one) for one in chosen]


def address_of_links(running: Running, *, port: int | None = None) -> str:
    """What the links begin with; ``port`` is the one that the pages are served on, if that is known
    better than the settings know it.
    """
    configuration = running.configuration
    stated = configuration.connect.address
    return stated.rstrip("/") if stated else f"{configuration.web.address(port)}/connect"


def _fluvius(chosen: AskedFluvius) -> FluviusWay:
    def make() -> AsyncFluviusEnergyClient:
        credentials = credentials_for(chosen.environment)
        return connect_async(chosen.environment, credentials, **CLIENT_OPTIONS)

    endpoints = Endpoints.of(chosen.environment, tenant_id="")
    return FluviusWay(make, portal_url=endpoints.portal_url)


def _eneco(chosen: AskedEneco) -> EnecoWay:
    def make() -> AsyncEnecoClient:
        credentials = eneco_credentials_for(chosen.environment)
        return AsyncEnecoClient(credentials, chosen.environment, **CLIENT_OPTIONS)

    endpoints = EnecoEndpoints.of(chosen.environment)
    has_fiam = eneco_credentials_for(chosen.environment).has_fiam
    return EnecoWay(our_party(chosen.environment), endpoints, make if has_fiam else None)
