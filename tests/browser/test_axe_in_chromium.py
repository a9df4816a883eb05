"""The check that all pages are put through finds what it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

_GOOD = """<!doctype html><html lang=en><title>Good</title>
<meta http-equiv=Content-Security-Policy content="default-src 'none'">
<main><h1>Good</h1><p>All is well.</p></main>"""
_BAD = "<!doctype html><title>Bad</title><img src=data:,><input>"


def test_a_page_that_everybody_can_use_passes(
    page: Page, check_accessible: Callable[[Page], None]
) -> None:
    page.set_content(_GOOD)
    check_accessible(page)
    check_accessible(page)


def test_what_keeps_people_out_is_told(
    page: Page, check_accessible: Callable[[Page], None]
) -> None:
    page.set_content(_BAD)
    with pytest.raises(AssertionError) as raised:
        check_accessible(page)
    for rule in ("html-has-lang", "image-alt", "label"):
        assert rule in str(raised.value)
