"""The table of claims, and what happens to one whose reply is of no shape that it knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import cast

import pytest

from kwartier.errors import KwartierError
from kwartier.verify import CASES, SUBJECTS, Case, Kind, Lab, Verdict, run_cases
from kwartier.verify.case import CannotTry, Otherwise, reading
from kwartier.verify.line import Line
from kwartier.verify.own import Own


class Quiet:
    """A line that nothing is sent on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def redact(self, text: str) -> str:
        return text.replace("secret", "...")


@pytest.fixture
def lab() -> Lab:
    line = cast(Line, Quiet())
    return Lab(line, Own(Random(1), {}, {}), datetime(2026, 11, 20, 12, tzinfo=UTC))


def seeing(words: str | BaseException) -> Case:
    def probe(_lab: Lab) -> str:
        if isinstance(words, BaseException):
            raise words
        return words

    return reading("a-claim", "that it is so", "so", probe)


def test_every_claim_has_a_name_of_its_own() -> None:
    assert len(CASES) == sum(len(cases) for cases in SUBJECTS.values())
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in CASES)


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_a_documented_claim_says_where_and_a_reading_does_not(case: Case) -> None:
    assert bool(case.source) == (case.kind is Kind.DOCUMENTED)
    assert len(case.claim) <= 100
    assert case.expected


@pytest.mark.parametrize(
    ("words", "verdict", "seen"),
    [
        ("so", Verdict.SAME, "so"),
        ("otherwise", Verdict.DIFFERS, "otherwise"),
        (Otherwise("no data in the reply"), Verdict.DIFFERS, "no data in the reply"),
        (Otherwise("so"), Verdict.SAME, "so"),
        (CannotTry("no mandate"), Verdict.UNTRIED, "no mandate"),
        (KwartierError("no reply"), Verdict.UNTRIED, "no reply"),
        (KeyError("x"), Verdict.DIFFERS, "a reply of another shape (KeyError)"),
        ("the secret", Verdict.DIFFERS, "the ..."),
    ],
)
def test_a_verdict_follows_from_what_was_seen(
    lab: Lab, words: str | BaseException, verdict: Verdict, seen: str
) -> None:
    (result,) = run_cases([seeing(words)], lab)
    assert (result.verdict, result.seen) == (verdict, seen)


def test_no_claim_keeps_the_next_from_being_tried(lab: Lab) -> None:
    cases = [seeing("x"), seeing(KeyError("x")), seeing(CannotTry("x")), seeing("so")]
    assert [one.verdict.name for one in run_cases(cases, lab)] == [
        "DIFFERS",
        "DIFFERS",
        "UNTRIED",
        "SAME",
    ]
