"""All pages of both environments. Their addresses are ours."""

from __future__ import annotations

from starlette.routing import Route

from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam_portal import consent
from kwartier.emulator.fiam_portal.visit import Session, Visit, look
from kwartier.emulator.site.site import Site
from kwartier.emulator.world import World


def routes(world: World) -> list[Route]:
    """``/fiam/consent...`` and ``/fiam-acc/consent...``."""
    return [route for environment in Environment for route in _pages(world, environment)]


def _pages(world: World, environment: Environment) -> list[Route]:
    made = look(environment)
    site, root = Site(world, made, Visit, Session), made.root
    return [
        site.style_sheet(),
        site.get(root, consent.ask),
        site.post(f"{root}/akkoord", consent.agree),
        site.get(f"{root}/gegeven", consent.given),
        site.get(f"{root}/mijn", consent.mine),
        site.post(f"{root}/intrekken", consent.withdraw),
        site.post(f"{root}/aanmelden", consent.sign_in),
        site.post(f"{root}/afmelden", consent.sign_out),
        site.unknown(f"{root}/{{rest:path}}"),
    ]
