"""The page that lists the calls of the REST API, in a browser: for everybody, on a phone too."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from kwartier.api.app import BASE, OPERATIONS
from kwartier.api.calls import Operation
from kwartier.api.document import document
from kwartier.openapi.calls_page import calls_page_at
from support.api import served

CheckAccessible = Callable[[Page], None]
SCREENSHOTS = os.environ.get("SCREENSHOTS")
SIZES = (1000, 360)
A_FEW = ("putCustomer", "getCustomerPeaks", "health")
"""Of each kind one: axe-core needs a while for all."""


def _pages(operations: Iterable[Operation]) -> AbstractContextManager[str]:
    def made() -> dict[str, Any]:
        return document(operations, BASE)

    routes = calls_page_at(
        "/docs", base=BASE, document="/openapi.json", tried="/docs/try", made=made
    )
    return served(Starlette(routes=[Mount(BASE, routes=routes)]))


def test_anybody_can_read_what_programs_may_ask(
    page: Page, check_accessible: CheckAccessible
) -> None:
    with _pages([one for one in OPERATIONS if one.name in A_FEW]) as origin:
        page.goto(f"{origin}{BASE}/docs")
        assert page.get_by_role("article").count() == len(A_FEW)
        for refusals in page.get_by_text("Refused with").all():
            refusals.click()
        assert page.get_by_text("The key lacks the scope").last.is_visible()
        for width in SIZES:
            page.set_viewport_size({"width": width, "height": 740})
            check_accessible(page)


def test_every_call_can_be_gone_to_and_fits_a_phone(page: Page) -> None:
    with _pages(OPERATIONS) as origin:
        page.goto(f"{origin}{BASE}/docs")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.get_by_role("link", name="GET /customers/{customer_id}/why").first.click()
    call = page.get_by_role("article", name="Why a customer has no data")
    expect(call.get_by_role("heading")).to_be_in_viewport()
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"calls-{width}.png")
