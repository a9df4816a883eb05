"""The texts of the pages: each there, in both languages, for all that a page may have to say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import kwartier.emulator.mijn_fluvius
import kwartier.emulator.site
from kwartier.emulator.consent_requests import ConsentAnswer
from kwartier.emulator.consents import Environment
from kwartier.emulator.journeys import Refusal
from kwartier.emulator.mijn_fluvius.refusals import refusal_text
from kwartier.emulator.mijn_fluvius.texts import LANGUAGES, TEXTS
from kwartier.emulator.personas import PORTAL_USERS, Medium
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    MandateRenewalStatus,
    MandateStatus,
)

ROOMS = (kwartier.emulator.mijn_fluvius, kwartier.emulator.site)
TEMPLATES = [
    path
    for room in ROOMS
    for path in sorted((Path(str(room.__file__)).parent / "templates").glob("*.html"))
]


def test_there_is_a_text_for_all_that_a_template_says() -> None:
    asked = {key for path in TEMPLATES for key in re.findall(r't\("(\w+)"\)', path.read_text())}
    assert asked
    assert asked - set(TEXTS) == set()


def test_a_template_says_nothing_of_its_own() -> None:
    said = "".join(
        re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "", re.sub(r'="[^"]*"', "", path.read_text()))
        for path in TEMPLATES
    )
    assert set(re.findall(r"[^\W\d_]{2,}", said)) == set()


def test_every_portal_user_is_described() -> None:
    assert {f"about_{each}" for each in PORTAL_USERS} <= set(TEXTS)


@pytest.mark.parametrize(
    "word",
    [*DataServiceType, *EnergyType, *MandateStatus, *MandateRenewalStatus, *Medium, *Environment],
)
def test_there_is_a_text_for_every_word_of_the_api(word: str) -> None:
    assert word in TEXTS


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_says_why(reason: Refusal) -> None:
    assert LANGUAGES["nl"].text(refusal_text(reason)) != LANGUAGES["en"].text(refusal_text(reason))


def test_every_answer_has_a_text() -> None:
    given = {f"answer_{each}" for each in ConsentAnswer if each is not ConsentAnswer.PENDING}
    assert given <= set(TEXTS)


def test_no_text_carries_markup() -> None:
    assert [key for key, texts in TEXTS.items() if re.search("[<>&]", "".join(texts))] == []


def test_an_instant_is_told_by_its_date_in_brussels() -> None:
    dutch, english = LANGUAGES["nl"], LANGUAGES["en"]
    assert dutch.day(datetime(2026, 3, 28, 23, tzinfo=UTC)) == "29 maart 2026"
    assert english.day(datetime(2026, 10, 25, 22, 59, tzinfo=UTC)) == "25 October 2026"
    assert english.day(date(2026, 12, 31)) == "31 December 2026"
