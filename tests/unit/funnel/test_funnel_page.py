"""docs/funnel.md tells of every stage and every cause, in the code's own words."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from kwartier.cli.app import COMMANDS
from kwartier.funnel.causes import WORDINGS, Cause
from kwartier.funnel.stages import MEANING, Stage
from support.funnel_page import PAGE, with_tables


def test_the_page_has_the_tables_that_the_code_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text, "run `python -m support.funnel_page` in tests/"


def test_every_stage_and_cause_has_words() -> None:
    assert list(MEANING) == list(Stage)
    assert list(WORDINGS) == list(Cause)


@pytest.mark.parametrize("cause", Cause)
def test_words_are_sentences_and_name_only_what_a_finding_fills_in(cause: Cause) -> None:
    wording = WORDINGS[cause]
    for text in (wording.says, wording.next_step):
        assert text[0].isupper() or text.startswith("{")
        assert text.endswith(".")
    names = {name for _, name, _, _ in Formatter().parse(wording.next_step) if name}
    assert names <= {"provider", "customer", "point", "reference"}


def test_the_commands_that_the_page_shows_are_there() -> None:
    shown = set(re.findall(r"(?:`|    )kwartier ([a-z_]+)", PAGE.read_text(encoding="utf-8")))
    assert {"why", "funnel", "invite", "holds", "doctor"} <= shown
    assert shown <= set(COMMANDS)
