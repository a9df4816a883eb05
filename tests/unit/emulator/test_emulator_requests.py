"""Reading queries and bodies: lenient in names, strict in values."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator import rules
from kwartier.emulator.refusals import Refused
from kwartier.emulator.requests import Body, Query
from kwartier.wire.fluvius_v3 import EnergyGranularity, EnergyType, Flow, Problem


def refusal(reader: Query | Body) -> Problem:
    with pytest.raises(Refused) as caught:
        reader.check()
    assert caught.value.status == 400
    assert isinstance(caught.value.body, Problem)
    return caught.value.body


def test_names_are_read_in_any_casing_and_the_first_value_counts() -> None:
    query = Query(b"PeriodType=readTime&EAN=1&ean=2&surplus=x")
    assert (query.text("periodType"), query.text("ean")) == ("readTime", "1")
    query.check()


@given(st.text(alphabet="aAb&=+% %é,;2C", max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_query_is_read_as_a_form_is(text: str) -> None:
    query, values = Query(text.encode()), dict[str, str]()
    for name, value in parse_qsl(text.encode().decode("latin-1"), keep_blank_values=True):
        values.setdefault(name.lower(), value)
    for name in ["", "a", "b", "ab", "c", *values]:
        value = values.get(name, "")
        assert query.text(name) == (value if value.strip() else None)


def test_words_are_read_in_their_own_casing_only() -> None:
    query = Query(b"energyType=e")
    assert query.word("energyType", EnergyType, query.text("energyType")) is None
    problem = refusal(query)
    assert problem.code == "RequestModelValidation.Failed"
    assert problem.validation_error_messages == ["Parameter 'energyType' must be one of: E, G."]


@pytest.mark.parametrize("separator", [",", ";", "|", "%2C", ", "])
def test_lists_have_three_separators(separator: str) -> None:
    query = Query(f"granularity=daily{separator}hourly_quarterhourly".encode())
    assert query.words("granularity", EnergyGranularity) == list(EnergyGranularity)


def test_all_broken_rules_are_told_together() -> None:
    query = Query(b"from=yesterday")
    query.required("ean")
    query.instant("from", query.required("from"))
    assert len(refusal(query).validation_error_messages or []) == 2


def test_a_body_must_be_a_json_object() -> None:
    for content in (b"", b"[]", b"{", b"\xff", b"3"):
        with pytest.raises(Refused) as caught:
            Body.read("application/json", content)
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/json", True),
        ("application/vnd.x+json", True),
        ("text/plain", False),
        ("", False),
    ],
)
def test_media_types(content_type: str, taken: bool) -> None:
    if taken:
        Body.read(content_type, b"{}")
    else:
        with pytest.raises(Refused) as caught:
            Body.read(content_type, b"{}")
        assert caught.value.status == 415


def test_properties_are_read_in_any_casing() -> None:
    body = Body.read("text/json", b'{"SSO": true, "NumberOfEans": 3, "flow": "B2C"}')
    assert body.flag("sso") is True
    assert body.integer("numberOfEans") == 3
    assert body.word("flow", Flow) is Flow.B2C
    body.check()


def test_types_are_not_guessed() -> None:
    content = b'{"sso": "true", "n": "1", "b": true, "t": 5, "o": {}, "l": [1]}'
    body = Body.read("text/json", content)
    assert (body.flag("sso"), body.integer("n"), body.integer("b")) == (None, None, None)
    assert body.text("t") is None
    assert body.objects("o") == body.objects("l") == []
    assert len(refusal(body).validation_error_messages or []) == 6


def test_mandatory_means_there_and_not_empty() -> None:
    body = Body.read("text/json", b'{"a": null, "b": ""}')
    for name in ("a", "b", "c"):
        body.text(name, mandatory=True)
    assert refusal(body).validation_error_messages == [
        f"Property '{name}' is mandatory." for name in ("a", "b", "c")
    ]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-20T12:00:00Z", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T12:00:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T13:00:00+01:00", datetime(2026, 11, 20, 12, tzinfo=UTC)),
        ("2026-11-20T12:00:00.5Z", datetime(2026, 11, 20, 12, microsecond=500_000, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("20261120", None),
        ("2026-13-01", None),
        ("2026-W47", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59Z", None),
        ("8999-12-31T23:59:59Z", datetime(8999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("now", None),
    ],
)
def test_instants(text: str, instant: datetime | None) -> None:
    assert rules.read_instant(text) == instant


@pytest.mark.parametrize(
    ("moment", "now", "refused"),
    [
        (datetime(2023, 11, 20, tzinfo=UTC), datetime(2026, 11, 20, 23, 59, tzinfo=UTC), False),
        (datetime(2023, 11, 19, 23, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC), False),
        (datetime(2023, 11, 19, 22, 59, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC), True),
        (datetime(2025, 2, 28, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC), False),
        (datetime(2025, 2, 27, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC), True),
    ],
)
def test_three_years_back_is_a_matter_of_dates(
    moment: datetime, now: datetime, refused: bool
) -> None:
    assert rules.is_too_long_ago(moment, now) is refused


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://example.org/done?x=1", True),
        ("http://localhost:8000", True),
        ("example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("http://[", False),
    ],
)
def test_web_addresses(text: str, kept: bool) -> None:
    assert rules.is_web_address(text) is kept


def test_a_blank_parameter_is_absent_and_others_are_read_as_they_stand() -> None:
    query = Query(b"ean=&status=%20&energyType=E%20&granularity=daily,")
    assert (query.text("ean"), query.text("status")) == (None, None)
    assert query.word("energyType", EnergyType, query.text("energyType")) is None
    assert query.words("granularity", EnergyGranularity) == [EnergyGranularity.DAILY]
    assert len(refusal(query).validation_error_messages or []) == 2


def test_an_empty_text_in_a_body_is_none_of_the_words_and_no_instant() -> None:
    body = Body.read("text/json", b'{"flow": "", "from": "", "name": ""}')
    assert (body.word("flow", Flow), body.instant("from"), body.text("name")) == (None, None, "")
    assert len(refusal(body).validation_error_messages or []) == 2
