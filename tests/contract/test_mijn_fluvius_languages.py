"""The pages in Dutch and in English."""

from __future__ import annotations

import re

import pytest

from kwartier.emulator.mijn_fluvius.texts import TEXTS
from kwartier.emulator.personas import PORTAL_USERS
from kwartier.emulator.thread import EmulatorThread
from support.esco import send
from support.portal_browser import Browser


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("nl-BE", "nl"),
        ("fr,en;q=0.5,nl;q=0.8", "nl"),
        ("", "nl"),
        ("fr", "nl"),
        ("en;q=0", "nl"),
        ("en;q=x,,;;", "nl"),
    ],
)
def test_the_language_is_the_browsers(
    emulator: EmulatorThread, accepted: str, language: str
) -> None:
    answer = send(f"{emulator.url}/verbruik/postbus", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.content.decode()


def test_the_language_can_be_switched_and_stays(emulator: EmulatorThread) -> None:
    browser = Browser(emulator).get("/verbruik/postbus")
    switch = re.search(r'href="([^"]*taal=nl)"', browser.text)
    assert switch
    assert browser.get(switch[1]).heading == "Postbus van de netgebruikers"
    assert browser.get("/verbruik/csam").heading == "CSAM: wie heeft een sessie?"


def test_switching_it_stays_at_the_step_of_signing_in(emulator: EmulatorThread) -> None:
    browser = Browser(emulator).get("/verbruik/aanmelden")
    browser.post("aanmelden", user="hilde", **{"as": "organisation"})
    assert browser.heading == "Choose an organisation"
    switch = re.search(r'href="([^"]*taal=nl)"', browser.text)
    assert switch
    assert browser.get(switch[1]).heading == "Kies een organisatie"


def test_the_people_are_described_in_the_pages_language(emulator: EmulatorThread) -> None:
    for page in ("aanmelden", "csam"):
        for place, language in enumerate(("nl", "en")):
            text = Browser(emulator).get(f"/verbruik/{page}?taal={language}").text
            for user in PORTAL_USERS:
                assert TEXTS[f"about_{user}"][place] in text
                assert TEXTS[f"about_{user}"][1 - place] not in text


def test_the_two_languages_say_the_same_things() -> None:
    def blanks(text: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)}", text))

    assert [key for key, (nl, en) in TEXTS.items() if blanks(nl) != blanks(en)] == []
