"""Whose browser it is: by what trusted proxies saw, and by nothing that anyone may claim."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from kwartier.web.addresses import client_address
from kwartier.web.origin import is_from_another_site


def request(peer: str | None, *forwarded: str, **headers: str) -> Request:
    told = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    told += [(name.replace("_", "-").encode(), one.encode()) for name, one in headers.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": told,
        "client": peer and (peer, 50_000),
        "server": ("127.0.0.1", 8602),
    }
    return Request(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "seen"),
    [
        ("192.0.2.1", [], 0, "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], 0, "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7"], 1, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7, 10.0.0.2"], 2, "198.51.100.7"),
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("10.0.0.1", ["<script>"], 1, "unknown"),
        ("2001:db8:1:2:3::4", [], 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", [], 0, "192.0.2.1"),
        (None, [], 0, "unknown"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(
    peer: str | None, forwarded: list[str], trusted: int, seen: str
) -> None:
    assert client_address(request(peer, *forwarded), trusted_proxies=trusted) == seen


@pytest.mark.parametrize(
    ("headers", "own", "is_other"),
    [
        ({}, None, False),
        ({"host": "energy.example", "origin": "http://energy.example"}, None, False),
        ({"host": "energy.example", "origin": "https://energy.example"}, None, True),
        ({"host": "x", "origin": "https://energy.example"}, "https://energy.example/a", False),
        ({"host": "x", "origin": "http://x"}, "https://energy.example", True),
        ({"host": "x", "origin": "null"}, None, True),
        ({"host": "x", "sec_fetch_site": "cross-site"}, None, True),
        ({"host": "x", "sec_fetch_site": "same-origin"}, None, False),
    ],
)
def test_a_form_is_of_another_site_by_what_the_browser_says(
    headers: dict[str, str], own: str | None, is_other: bool
) -> None:
    assert is_from_another_site(request("192.0.2.1", **headers), own) is is_other
