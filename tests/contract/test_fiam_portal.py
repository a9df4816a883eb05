"""The data owner's consent page over raw HTTP: agreed to, listed, withdrawn; what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kwartier.emulator.eneco.data_owners import DataOwner, data_owners
from kwartier.emulator.fiam.contracts import Environment, period_of
from kwartier.emulator.fiam.parties import CONSUMERS, OURSELVES
from kwartier.emulator.fiam_portal.texts import TEXTS
from kwartier.emulator.thread import EmulatorThread
from kwartier.wire.fiam import Contract
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import send
from support.portal_browser import Browser, refused

ROOTS = {Environment.PRODUCTION: "/fiam/consent", Environment.ACCEPTANCE: "/fiam-acc/consent"}
BACK = "https://provider.example/thanks?for=heat"

NextOwner = Callable[[Environment], DataOwner]


@pytest.fixture(scope="module")
def portal(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator whose data owners' states are this module's own."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture(scope="module")
def next_owner() -> NextOwner:
    """Data owners of whom no other test of this module makes use."""
    left = {each: data_owners(each) for each in Environment}
    return lambda environment: left[environment].pop()


def ask_page(consumer: str = OURSELVES.id, **query: str) -> str:
    return "?" + urlencode({"consumer": consumer, **query})


def signed_in(portal: EmulatorThread, owner: DataOwner, query: str = "/mijn") -> Browser:
    root = ROOTS[owner.environment]
    browser = Browser(portal, root).get(root + query).post("aanmelden", owner=owner.id)
    assert browser.status == 200, browser.text
    return browser


def contracts(portal: EmulatorThread, owner: DataOwner) -> list[Contract]:
    held = portal.world.contracts(owner.environment).all()
    return [each for each in held if each.data_owner == owner.id]


@pytest.mark.parametrize("environment", Environment)
def test_consent_is_given_listed_and_withdrawn(
    portal: EmulatorThread, next_owner: NextOwner, environment: Environment
) -> None:
    owner = next_owner(environment)
    browser = signed_in(portal, owner, ask_page(returnUrl=BACK))
    assert browser.heading == "Share your consumption"
    for shown in (OURSELVES.name, OURSELVES.id, owner.id, "provider.example"):
        assert shown in browser.text
    browser.post("akkoord", agree="yes", first_day="2026-11-20", last_day="2027-11-19")
    assert browser.heading == "Your consent stands"
    assert "from 20 November 2026 up to and including 19 November 2027" in browser.text
    assert f'href="{BACK}"' in browser.text
    (contract,) = contracts(portal, owner)
    assert contract.service_consumer == OURSELVES.id
    assert [each.isoformat() for each in period_of(contract)] == [
        "2026-11-19T23:00:00+00:00",
        "2027-11-19T23:00:00+00:00",
    ]
    browser.get(f"{browser.root}/mijn")
    assert OURSELVES.name in browser.text
    assert contract.id in browser.text
    browser.post("intrekken", sure="yes")
    assert "The consent is withdrawn." in browser.text
    assert contracts(portal, owner) == []


def test_without_a_last_day_it_is_the_longest_and_the_past_may_be_shared(
    portal: EmulatorThread, next_owner: NextOwner
) -> None:
    owner = next_owner(Environment.PRODUCTION)
    browser = signed_in(portal, owner, ask_page())
    browser.post("akkoord", agree="yes", first_day="2023-11-20", last_day="")
    (contract,) = contracts(portal, owner)
    assert (contract.start_date, contract.end_date) == ("2023-11-20", "2029-11-20")


def test_agreeing_twice_is_one_contract_and_another_period_takes_its_place(
    portal: EmulatorThread, next_owner: NextOwner
) -> None:
    owner = next_owner(Environment.PRODUCTION)
    browser = signed_in(portal, owner, ask_page())
    period = {"first_day": "2026-11-20", "last_day": "2027-01-01"}
    browser.post("akkoord", agree="yes", **period)
    once = contracts(portal, owner)
    browser.get(browser.root + ask_page())
    assert "You share with this party already" in browser.text
    browser.post("akkoord", agree="yes", **period)
    assert contracts(portal, owner) == once
    browser.get(browser.root + ask_page())
    browser.post("akkoord", agree="yes", first_day="2026-11-20", last_day="2027-02-01")
    (now,) = contracts(portal, owner)
    assert now.end_date == "2027-02-02"
    assert now.id != once[0].id


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"agree": None}, 400, "Tick that you are sure."),
        ({"first_day": "2026-11-21"}, 400, "These days cannot be"),
        ({"first_day": "2023-11-19"}, 400, "These days cannot be"),
        ({"last_day": "2026-11-19"}, 400, "These days cannot be"),
        ({"last_day": "2029-11-20"}, 400, "These days cannot be"),
        ({"last_day": "2026-02-30"}, 400, "This is no date."),
        ({"last_day": "tomorrow"}, 400, "This is no date."),
        ({"consumer": "EU.EORI.NOBODY"}, 404, "is not known here"),
        ({"form_token": "forged"}, 403, "not of this session"),
    ],
)
def test_what_cannot_be_agreed_to_changes_nothing(
    portal: EmulatorThread, fields: dict[str, str | None], status: int, why: str
) -> None:
    owner = data_owners(Environment.PRODUCTION)[0]
    browser = signed_in(portal, owner, ask_page())
    browser.post(
        "akkoord", **{"agree": "yes", "first_day": "2026-11-20", "last_day": "2027-11-19", **fields}
    )
    refused(browser, status, why)
    assert contracts(portal, owner) == []


def test_a_form_of_another_site_changes_nothing(portal: EmulatorThread) -> None:
    owner = data_owners(Environment.PRODUCTION)[0]
    browser = signed_in(portal, owner, ask_page())
    browser.post("akkoord", {"origin": "https://evil.example"}, agree="yes")
    refused(browser, 403, "came from another website")
    assert contracts(portal, owner) == []


def test_nobody_withdraws_anothers_consent_or_without_signing_in(
    portal: EmulatorThread, next_owner: NextOwner
) -> None:
    owner, other = (next_owner(Environment.PRODUCTION) for _ in range(2))
    signed_in(portal, owner, ask_page()).post("akkoord", agree="yes")
    (contract,) = contracts(portal, owner)
    browser = signed_in(portal, other)
    refused(browser.post("intrekken", contract=contract.id, sure="yes"), 404, "no such consent")
    browser = signed_in(portal, owner)
    refused(browser.post("intrekken", contract=contract.id), 400, "Tick that you are sure.")
    browser.get(f"{browser.root}/mijn").post("afmelden")
    assert browser.heading == "Sign in with Eneco"
    refused(
        browser.post("intrekken", contract=contract.id, sure="yes"), 403, "You are not signed in."
    )
    assert contracts(portal, owner) == [contract]


def test_the_environments_have_customers_of_their_own(portal: EmulatorThread) -> None:
    owner = data_owners(Environment.PRODUCTION)[0]
    browser = Browser(portal, "/fiam-acc/consent").get("/fiam-acc/consent/mijn")
    refused(browser.post("aanmelden", owner=owner.id), 400, "Choose who you are.")


@pytest.mark.parametrize(
    ("query", "status", "why"),
    [
        (ask_page("EU.EORI.NOBODY"), 404, "is not known here"),
        (ask_page(returnUrl="javascript:alert(1)"), 400, "is no web address"),
        (ask_page(returnUrl="https://"), 400, "is no web address"),
        (ask_page(returnUrl="https://[a/"), 400, "is no web address"),
        (ask_page(returnUrl="https://a.example/" + "a" * 2_000), 400, "is no web address"),
        ("/elsewhere", 404, "There is no such page."),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    portal: EmulatorThread, query: str, status: int, why: str
) -> None:
    refused(Browser(portal, "/fiam/consent").get("/fiam/consent" + query), status, why)


def test_who_has_access_is_told_apart_from_who_may_ask(
    portal: EmulatorThread, next_owner: NextOwner
) -> None:
    owner = next_owner(Environment.ACCEPTANCE)
    browser = signed_in(portal, owner)
    assert "You share your consumption with nobody." in browser.text
    for consumer in CONSUMERS.values():
        assert f"See what {consumer.name} asks for" in browser.text
        browser.get(browser.root + ask_page(consumer.id)).post("akkoord", agree="yes")
        browser.get(f"{browser.root}/mijn")
        assert f"See what {consumer.name} asks for" not in browser.text
    assert "Who may ask for it" not in browser.text


def test_consents_outlive_the_emulator_in_its_state_file(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    owner = data_owners(Environment.PRODUCTION)[3]
    first = fresh_emulator(state=state)
    signed_in(first, owner, ask_page()).post("akkoord", agree="yes")
    held = contracts(first, owner)
    assert len(held) == 1
    first.stop()
    again = fresh_emulator(state=state)
    assert contracts(again, owner) == held
    again.world.clock.set(FROZEN_AT + timedelta(days=4 * 366))
    assert "with nobody" in signed_in(again, owner).text, "an ended one is no longer listed"


def test_the_pages_speak_dutch_and_ask_nobody_else(portal: EmulatorThread) -> None:
    answer = send(f"{portal.url}/fiam/consent/mijn", headers={"accept-language": "nl-NL"})
    assert TEXTS["sign_in_title"][0] in answer.content.decode()
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    style = send(f"{portal.url}/fiam/consent/site.css")
    assert style.headers["content-type"].startswith("text/css")
    assert b"url(" not in style.content
