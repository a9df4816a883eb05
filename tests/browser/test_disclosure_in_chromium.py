"""The page that a customer is handed: opened from a folder, on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kwartier.registry import Listing
from kwartier.registry.consents import Consent, Wording
from kwartier.registry.customers import CustomerChange
from kwartier.rights import disclose
from kwartier.store import open_store
from support.mandates import known_mandate
from support.measured import EAN, NOW, answer, quarters
from support.stores import T0

WORDS = "Ik ga akkoord met energieadvies."


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disclosure in Dutch, with a long name and contact."""
    folder = tmp_path_factory.mktemp("handed-over")
    store = open_store(folder / "kwartier.duckdb", create=True)
    change = CustomerChange(
        customer_id="c-1",
        label="Vereniging van Mede-eigenaars Residentie Koningin Elisabethlaan 112-114",
        contact="een.zeer.lange.naam.van.een.syndicus@voorbeeld-van-een-domein.example.org",
    )
    (reference,) = store.change_customers([change], provider="fluvius", now=NOW).made
    number = reference.reference_number
    store.add_wording(Wording(version="2026-1", language="nl", text=WORDS, added_at=NOW))
    agreed = Consent(
        reference_number=number, purpose="advies", wording="2026-1", channel="web", given_at=NOW
    )
    store.note_consents([agreed])
    mandate = known_mandate(1, metering_point=EAN, reference_number=number).mandate
    store.record_mandates(Listing([mandate], NOW), provider="fluvius")
    store.commit([answer(quarters(T0, [0.25] * 192))])
    return disclose(store, "c-1", folder / "out", made=NOW).folder


@pytest.mark.parametrize(("name", "width"), [("desk", 1100), ("phone", 360)])
def test_the_page_fits_loads_nothing_and_its_files_are_there(
    chromium: Browser, handed_over: Path, name: str, width: int
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((handed_over / "index.html").as_uri())
    assert page.get_by_role("heading", level=1).inner_text() == "Wat we over u bijhouden"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not page.get_by_text(WORDS).is_visible()
    page.get_by_text("Versie 2026-1").click()
    assert page.get_by_text(WORDS).is_visible()
    assert page.get_by_text("kwartier", exact=True).first.is_visible()
    links = page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
    for link in links:
        if link.startswith("#"):
            assert page.locator(link).count() == 1
        else:
            assert (handed_over / link).is_file()
    assert len(asked) == 1
    assert complaints == []
    if shots := os.environ.get("SCREENSHOTS"):
        Path(shots).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(shots) / f"disclosure-{name}.png", full_page=True)
    page.close()
