"""The customer's way in a browser: an invitation, Mijn Fluvius, and back to what came of it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.faults import parse_faults
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import AsyncFluviusEnergyClient
from kwartier.office.invitations import Invitation
from kwartier.office.terms import Terms
from kwartier.office.visits import VisitKind
from kwartier.sync import FluviusSource
from kwartier.sync.polling import poll_mandates
from support.emulators import FROZEN_AT, FreshEmulator
from support.invited import Inviting, Served, eneco_way, fluvius_way

CheckAccessible = Callable[[Page], None]
NOOR = "541440110000000101"
SCREENSHOTS = os.environ.get("SCREENSHOTS")
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 48" width="240" height="48">'
    '<circle cx="24" cy="24" r="20" fill="#e8a013"/><path d="M4 24h40" stroke="#fff" '
    'stroke-width="4"/><text x="56" y="32" font-family="sans-serif" font-size="26" '
    'fill="#14532d">Zonnewende</text></svg>'
)
SETTINGS: Final[dict[str, Any]] = {
    "purpose": "advice on my consumption",
    "wording": "2026-1",
    "history": timedelta(days=365),
    "text_en": "Thank you for choosing us.",
    "text_nl": "Fijn dat u voor ons kiest.",
    "help": "Call 02 555 01 23, on working days.",
}


class Site:
    """The page before an emulator; ``link`` is where a customer is led to."""

    def __init__(self, folder: Path, emulator: EmulatorThread, **settings: Any) -> None:
        folder.mkdir(exist_ok=True)
        logo = folder / "logo.svg"
        logo.write_text(LOGO, encoding="utf-8")
        self.emulator = emulator
        self.inviting = Inviting(
            folder,
            emulator.world.now,
            fluvius_way(emulator),
            eneco_way(emulator),
            web={"logo": logo, "colour": "#14532d"},
            **{**SETTINGS, **settings},
        )
        self.inviting.keep_words(
            en="We use your data to advise you.\n\nYou may withdraw that at any time.",
            nl="Wij adviseren u met uw gegevens.\n\nU kunt dat op elk moment intrekken.",
        )
        self.served = Served(self.inviting.app("/energy/connect"))

    def link(self, invitation: Invitation) -> str:
        return f"{self.served.url}/energy/connect/{invitation.token}"


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[EmulatorThread], None]:
    def lead(emulator: EmulatorThread) -> None:
        for name, value in emulator.env.items():
            monkeypatch.setenv(name, value)

    return lead


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, portal: EmulatorThread) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("connect") / "site", portal)
    with site.served:
        yield site


@pytest.fixture
def site(running: Site, leads_to: Callable[[EmulatorThread], None]) -> Site:
    leads_to(running.emulator)
    return running


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def shoot(page: Page, name: str) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth"), "wider than the window"
    if SCREENSHOTS:
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"connect-{name}.png", full_page=True)


def sign_in(page: Page, user: str) -> None:
    page.get_by_label(re.compile(user)).check()
    page.get_by_label("Private person", exact=True).check()
    button(page, "Sign in")


def share(page: Page, *eans: str) -> None:
    for ean in eans:
        page.get_by_label(re.compile(ean)).check()
    button(page, "Look it over")
    button(page, "Confirm")
    assert heading(page) == "Your request is registered"
    page.get_by_role("link", name="Back to the service provider").click()


def test_a_customer_clicks_consents_comes_back_and_sees_what_is_shared(
    page: Page, site: Site, check_accessible: CheckAccessible
) -> None:
    invitation = site.inviting.invite("c-noor", label="Noor Dewaele", terms=Terms(expected_eans=2))
    page.goto(site.link(invitation))
    assert heading(page) == "Share your energy consumption with Zonnewende"
    said = page.inner_text("main")
    for words in (
        "For Noor Dewaele",
        "Thank you for choosing us.",
        "From 20 November 2025 on.",
        "Zonnewende expects 2 connections of you.",
        "We use your data to advise you.",
    ):
        assert words in said
    assert page.get_by_role("img", name="Zonnewende").is_visible()
    check_accessible(page)
    shoot(page, "1-invitation")
    button(page, "Go on to Mijn Fluvius")
    sign_in(page, "Noor Dewaele")
    share(page, NOOR)
    assert page.url.endswith("/done")
    assert heading(page) == "You share your consumption with Zonnewende"
    said = page.inner_text("main")
    assert "Electricity, EAN ending in 0101" in said
    assert NOOR not in said
    assert "Zonnewende expected 2 connections. Not shared yet: 1." in said
    check_accessible(page)
    shoot(page, "2-shared")
    steps = [VisitKind.OPENED, VisitKind.REQUESTED, VisitKind.RETURNED]
    assert site.inviting.kinds(invitation) == steps
    reference = site.inviting.reference("c-noor")
    (consent,) = (
        one for one in site.inviting.store.consents() if one.reference_number == reference
    )
    assert (consent.purpose, consent.wording, consent.channel) == (
        "advice on my consumption",
        "2026-1",
        "web",
    )
    page.get_by_role("button", name="Back to the invitation").click()
    assert heading(page) == "Share your energy consumption with Zonnewende"


def test_an_invitation_turned_back_from_and_a_page_that_lies(
    page: Page, site: Site, check_accessible: CheckAccessible
) -> None:
    invitation = site.inviting.invite("c-back")
    page.goto(site.link(invitation) + "/done")
    assert heading(page) == "Nothing is shared yet", "no request, so nothing to wait for"
    page.goto(site.link(invitation))
    button(page, "Go on to Mijn Fluvius")
    sign_in(page, "Noor Dewaele")
    page.get_by_role("link", name="Back to the service provider").click()
    assert page.url.endswith("/back")
    assert heading(page) == "You turned back"
    check_accessible(page)
    shoot(page, "3-turned-back")
    page.goto(site.link(invitation) + "/done")
    assert heading(page) == "One moment", "the list may lag"
    check_accessible(page)
    page.goto(site.link(invitation) + "/done?look=4")
    assert heading(page) == "Nothing is shared yet"
    check_accessible(page)
    shoot(page, "4-nothing")
    page.get_by_role("button", name="Back to the invitation").click()
    button(page, "Go on to Mijn Fluvius")
    assert heading(page) == "Share your consumption", "the same request goes on"


def test_the_grid_user_is_waited_for_and_refuses(
    page: Page, site: Site, check_accessible: CheckAccessible
) -> None:
    invitation = site.inviting.invite("c-sara", label="<script>alert(1)</script>")
    page.goto(site.link(invitation))
    assert "For <script>alert(1)</script>" in page.inner_text("main")
    button(page, "Go on to Mijn Fluvius")
    sign_in(page, "Sara")
    share(page, "541440010000000701")
    assert heading(page) == "Waiting for the grid user"
    assert "Of 1 connection somebody else is the grid user." in page.inner_text("main")
    assert "Whoever has to agree has 30 days left." in page.inner_text("main")
    check_accessible(page)
    shoot(page, "5-waiting")
    page.goto(f"{site.emulator.url}/verbruik/postbus")
    letter = page.get_by_role("listitem").filter(has_text=site.inviting.reference("c-sara"))
    letter.get_by_role("button", name="Refuse").click()
    page.goto(site.link(invitation) + "/done")
    assert heading(page) == "The request was refused"
    check_accessible(page)
    shoot(page, "6-refused")


def test_a_short_url_that_expired_is_made_anew_and_a_mandate_is_renewed(
    page: Page,
    tmp_path: Path,
    fresh_emulator: FreshEmulator,
    leads_to: Callable[[EmulatorThread], None],
) -> None:
    emulator = fresh_emulator()
    leads_to(emulator)
    site = Site(tmp_path / "site", emulator)
    invitation = site.inviting.invite("c-lies", terms=Terms(services=("VH_dag",)))
    with site.served:
        page.goto(site.link(invitation))
        button(page, "Go on to Mijn Fluvius")
        first = page.url
        page.goto(site.link(invitation))
        button(page, "Go on to Mijn Fluvius")
        assert page.url == first, "who clicks twice is sent to the same request"
        emulator.world.clock.set(FROZEN_AT + timedelta(hours=25))
        page.goto(first)
        assert "This link has expired" in page.get_by_role("alert").inner_text()
        page.goto(site.link(invitation))
        button(page, "Go on to Mijn Fluvius")
        assert page.url != first
        sign_in(page, "Noor Dewaele")
        share(page, NOOR)
        assert "You need do nothing more" in page.inner_text("main")
        emulator.world.clock.set(FROZEN_AT.replace(year=2029, month=9))
        sync_mandates(site)
        page.goto(site.link(invitation))
        assert heading(page) == "Your permission has to be renewed"
        assert "ends on 21 November 2029" in page.inner_text("main")
        shoot(page, "7-renewal")
        button(page, "Renew at Mijn Fluvius")
        if heading(page) == "Sign in":
            sign_in(page, "Noor Dewaele")
        share(page, NOOR)
        assert heading(page) == "You share your consumption with Zonnewende"
    requested = [VisitKind.REQUESTED] * 3
    assert [one for one in site.inviting.kinds(invitation) if one in requested] == requested


def sync_mandates(site: Site) -> None:
    """What the poll of a sync brings into the store."""

    async def poll() -> None:
        async with AsyncFluviusEnergyClient(clock=site.emulator.world.now) as client:
            await poll_mandates(site.inviting.store, FluviusSource(client, "C"))

    with ThreadPoolExecutor(1) as pool:  # Playwright's loop runs in this thread
        pool.submit(asyncio.run, poll()).result()


def test_on_a_phone_in_each_language_everybody_can_use_it(
    chromium: Browser, site: Site, check_accessible: CheckAccessible
) -> None:
    phone = ViewportSize(width=360, height=740)
    context = chromium.new_context(
        locale="nl-BE", viewport=phone, has_touch=True, is_mobile=True, java_script_enabled=True
    )
    page = context.new_page()
    for language in ("nl", "fr", "de", "en"):
        invitation = site.inviting.invite(f"c-{language}", label="Noor", language=language)
        page.goto(site.link(invitation))
        assert page.get_attribute("html", "lang") == language
        check_accessible(page)
        shoot(page, f"phone-{language}")
    small = page.evaluate(
        "[...document.querySelectorAll('button, nav a, [role=button]')]"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []
    page.get_by_role("link", name="Nederlands").click()
    assert heading(page) == "Deel uw energieverbruik met Zonnewende"
    page.goto(f"{site.served.url}/energy/connect/not-a-token")
    assert heading(page) == "Deze link kennen we niet"
    assert "Ce lien n'est pas connu" in page.inner_text("main")
    check_accessible(page)
    shoot(page, "phone-unknown")
    context.close()


ENECO: Final = {
    "nl": (1000, "Verder naar Eneco", "U deelt uw verbruik met Zonnewende"),
    "fr": (360, "Continuer vers Eneco", "Vous partagez votre consommation avec Zonnewende"),
}
"""By language how wide the window is, and what the page says."""


@pytest.mark.parametrize("language", ENECO)
def test_a_customer_of_eneco_consents_and_comes_back_to_what_stands(
    page: Page, site: Site, language: str
) -> None:
    width, go_on, stands = ENECO[language]
    owner = data_owners(Environment.PRODUCTION)[list(ENECO).index(language)]
    page.set_viewport_size({"width": width, "height": 740})
    invitation = site.inviting.invite(
        f"c-eneco-{language}",
        provider="eneco",
        label=owner.name,
        language=language,
        data_owner=owner.id,
    )
    page.goto(site.link(invitation))
    assert page.get_attribute("html", "lang") == language
    shoot(page, f"eneco-{language}-1-invitation")
    assert "KPN FIAM" in page.locator("main ol").inner_text()
    button(page, go_on)
    page.get_by_label(re.compile(owner.name)).check()
    page.locator("main form").get_by_role("button").click()
    page.locator("input[name=agree]").check()
    shoot(page, f"eneco-{language}-2-portal")
    page.locator("main form").get_by_role("button").last.click()
    page.get_by_role("link", name=re.compile("127.0.0.1")).click()
    page.wait_for_url(re.compile("/done"))
    assert heading(page) == stands
    assert owner.id[-4:] in page.inner_text("main")
    assert owner.id not in page.inner_text("main")
    shoot(page, f"eneco-{language}-3-stands")
    steps = [VisitKind.OPENED, VisitKind.REQUESTED, VisitKind.RETURNED]
    assert site.inviting.kinds(invitation) == steps


def test_by_keyboard_alone_and_without_script(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(site.link(site.inviting.invite("c-keys")))
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Go on to Mijn Fluvius"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("dienstverlener"))
    context.close()


def focused(page: Page) -> str:
    return page.locator(":focus").inner_text()


def test_while_fluvius_is_down_the_page_says_so_kindly(
    page: Page, site: Site, check_accessible: CheckAccessible
) -> None:
    invitation = site.inviting.invite("c-down")
    page.goto(site.link(invitation))
    site.emulator.world.faults.set(parse_faults("short-url:503=100%", "spec"))
    try:
        button(page, "Go on to Mijn Fluvius")
        assert heading(page) == "This does not work just now"
        assert "Call 02 555 01 23, on working days." in page.inner_text("footer")
        check_accessible(page)
        shoot(page, "8-failed")
    finally:
        site.emulator.world.faults.set(())
    assert site.inviting.kinds(invitation) == [VisitKind.OPENED, VisitKind.FAILED]
    page.get_by_role("button", name="Try again").click()
    button(page, "Go on to Mijn Fluvius")
    assert heading(page) in ("Sign in", "Share your consumption")
