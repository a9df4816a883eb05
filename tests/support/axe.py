"""axe-core: what on a page keeps people from using it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

_MODULES = Path(__file__).parents[1] / "axe" / "node_modules"
_ASK = "() => axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations)"


@cache
def _source() -> str:
    return (_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def need_axe() -> None:
    """Without it the test is skipped."""
    if not (_MODULES / ".ready").exists():
        pytest.skip("axe-core is not installed; `make axe` does it")


def violations(page: Page) -> list[str]:
    """Each rule that the page breaks, with where it does."""
    page.evaluate(f"if (!window.axe) {{ {_source()} }}")  # as the debugger: no policy forbids it
    found: list[dict[str, Any]] = page.evaluate(_ASK)
    return [
        f"{one['id']}: {one['help']}: "
        + "; ".join(f"{node['html']} ({node['failureSummary']})" for node in one["nodes"])
        for one in found
    ]
