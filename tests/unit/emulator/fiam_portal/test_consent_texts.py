"""The consent page's texts: each there, in both languages, for all that the pages have to say."""

from __future__ import annotations

import re
from pathlib import Path

import kwartier.emulator.fiam_portal
from kwartier.emulator.fiam_portal.texts import TEXTS
from kwartier.wire.eneco import ChannelId

ROOM = Path(kwartier.emulator.fiam_portal.__file__).parent
TEMPLATES = sorted((ROOM / "templates").glob("*.html"))


def test_there_is_a_text_for_all_that_a_template_says() -> None:
    asked = {key for path in TEMPLATES for key in re.findall(r't\("(\w+)"', path.read_text())}
    assert asked
    assert asked - set(TEXTS) == set()


def test_there_is_a_text_for_all_that_stops_a_visit() -> None:
    code = "".join(path.read_text() for path in ROOM.glob("*.py"))
    asked = set(re.findall(r'Stop\([0-9]+, "(\w+)"', code))
    assert len(asked) > 5
    assert asked - set(TEXTS) == set()


def test_a_template_says_nothing_of_its_own() -> None:
    said = "".join(
        re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "", re.sub(r'="[^"]*"', "", path.read_text()))
        for path in TEMPLATES
    )
    assert set(re.findall(r"[^\W\d_]{2,}", said)) == set()


def test_every_channel_has_a_name_and_no_text_carries_markup() -> None:
    assert set(map(str, ChannelId)) <= set(TEXTS)
    assert [key for key, texts in TEXTS.items() if re.search("[<>&]", "".join(texts))] == []
