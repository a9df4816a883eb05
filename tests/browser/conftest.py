"""A headless Chromium, where there is one. ``make browser`` installs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from kwartier.emulator.thread import EmulatorThread
from support.axe import need_axe, violations
from support.emulators import FROZEN_AT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""The folder that the tests put screenshots into, if any: ``SCREENSHOTS=shots make test``."""

Shoot = Callable[[Page, str], None]
CheckAccessible = Callable[[Page], None]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one module only: Playwright's event loop would be in the way of other tests."""
    if CHROMIUM is None:
        pytest.skip("needs chromium; make browser installs it where apt and root are at hand")
    # Nothing but the emulator's own pages is opened; a container's root has no sandbox.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def portal(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator for one module: its customers' states are the module's own."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of its own for a test, in English."""
    opened = chromium.new_context(locale="en-GB", viewport={"width": 1000, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; whatever the browser complains of, or asks of elsewhere, fails the test."""
    complaints: list[str] = []
    asked: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []
    refused = [text for text in complaints if "Failed to load resource" not in text]
    assert refused == []


@pytest.fixture
def shoot() -> Shoot:
    """Look at a page: it says what it is, and fits; and keep a picture of it, if asked to."""

    def look(page: Page, name: str) -> None:
        assert page.get_by_role("note").is_visible()
        assert "EMULATOR" in page.get_by_role("note").inner_text()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth"), "wider than the window"
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return look


@pytest.fixture
def check_accessible() -> CheckAccessible:
    """Fails where axe-core finds something on a page, as it is then, that keeps people from using
    it; the test is skipped where axe-core is not installed.
    """
    need_axe()

    def check(page: Page) -> None:
        if found := violations(page):
            raise AssertionError("\n".join(found))

    return check
