"""Forms of any bytes: read within their bounds, or refused, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from kwartier.web.forms import LONGEST, Form, read_form
from kwartier.web.stops import Stop


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        form = Form.parse(content)
    except Stop as stop:
        assert stop.status == 400
        return
    assert all(len(value) <= LONGEST for value in form.all("a"))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=LONGEST))
def test_a_field_comes_back_as_it_was_sent(value: str) -> None:
    form = Form.parse(urlencode({"a": value, "b": "1"}).encode())
    assert form.all("a") == [value]
    assert form.text("a") == value.strip()
    assert form.text("c") == ""


@pytest.mark.parametrize(
    "content", [b"a=%ff", "a=é".encode(), b"a=1&a=2", b"a=%00", b"a=" + b"1" * 101]
)
def test_what_is_no_form_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(Stop):
        Form.parse(content).text("a")


def test_who_goes_away_before_all_of_a_form_came_is_no_error_of_ours() -> None:
    told: Iterator[dict[str, object]] = iter(
        [
            {"type": "http.request", "body": b"name=", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, object]:
        return next(told)

    kind = (b"content-type", b"application/x-www-form-urlencoded")
    request = Request({"type": "http", "method": "POST", "headers": [kind]}, receive)
    with pytest.raises(Stop) as stopped:
        asyncio.run(read_form(request))
    assert stopped.value.status == 400
