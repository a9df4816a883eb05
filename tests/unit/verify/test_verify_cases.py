"""The table of claims, and what happens to one whose reply is of no shape that it knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.errors import KwartierError
from kwartier.fluvius import FluviusCredentials
from kwartier.fluvius.entra import token_flow
from kwartier.transport import Call, Reply
from kwartier.verify import CASES, SUBJECTS, Case, Kind, Lab, Verdict, run_cases
from kwartier.verify.case import CannotTry, Otherwise, reading
from kwartier.verify.line import Line
from kwartier.verify.own import Own

CREDENTIALS = FluviusCredentials(
    subscription_key="key-0123",
    client_id="client-0123",
    tenant_id="tenant-0123",
    scope="api://client-0123/.default",
    client_secret="secret-0123",
    data_access_contract_number="contract-0123",
)
TOKEN_URL = "https://sign-in.test/tenant-0123/oauth2/v2.0/token"


class Canned:
    """A line on which every request gets the same reply, without being sent."""

    base_url, token_url, credentials = "https://sandbox.test/v3", TOKEN_URL, CREDENTIALS

    def __init__(self, reply: Reply) -> None:
        self.asked: list[str] = []
        self.flow = token_flow(CREDENTIALS, TOKEN_URL)
        self._reply = reply

    def redact(self, text: str) -> str:
        return text.replace("secret", "...")

    def get(self, _path: str, _query: object) -> Reply:
        return self._reply

    def post(self, _path: str, _body: object, *, media_type: str = "") -> Reply:
        return self._reply

    def bare(self, _call: Call, *, note: str) -> Reply:
        return self._reply

    def token(self) -> str:
        return "token-0123"

    def headers(self) -> dict[str, str]:
        return {"Ocp-Apim-Subscription-Key": "key-0123"}


def lab_answering(reply: Reply) -> Lab:
    line = cast(Line, Canned(reply))
    return Lab(line, Own(Random(1), {}, {}), datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture
def lab() -> Lab:
    return lab_answering(Reply(status=500))


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


NAMES = [
    "data",
    "_meta",
    "fetchTime",
    "mandates",
    "headpoint",
    "physicalMeters",
    "subHeadpoints",
    "dailyEnergy",
    "hourlyEnergy",
    "quarterHourlyEnergy",
    "measurements",
    "offtake",
    "injection",
    "total",
    "value",
    "unit",
    "start",
    "end",
    "$type",
    "ean",
    "status",
    "access_token",
    "error",
    "error_codes",
    "Code",
    "Message",
    "ValidationErrorMessages",
    "validTo",
]
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["x", *NAMES])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=25,
)
BODIES = DOCUMENTS.map(msgspec.json.encode) | st.binary(max_size=20)
WRAPPED = DOCUMENTS.map(
    lambda inner: msgspec.json.encode({"data": {"mandates": [inner], "headpoint": inner}})
)


@given(status=st.sampled_from([200, 201, 400, 401, 404, 500]), body=BODIES | WRAPPED)
@settings(max_examples=100, deadline=None)
def test_no_reply_whatever_its_shape_ends_a_run(status: int, body: bytes) -> None:
    lab = lab_answering(Reply(status=status, body=body))
    results = list(run_cases(CASES.values(), lab))
    assert [one.case for one in results] == list(CASES.values())
    assert sum(one.verdict is Verdict.SAME for one in results) < len(CASES) / 2
