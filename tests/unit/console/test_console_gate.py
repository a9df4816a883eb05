"""What every request goes through: nobody gets past it, whoever asks and however."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwartier.console.paths import local_path
from kwartier.office.users import Role
from support.console import Console


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path / "store.duckdb")


def test_who_is_signed_in_sees_the_page(console: Console) -> None:
    page = console.signed_in(Role.VIEWER).get("/account")
    assert page.status_code == 200
    assert "a viewer" in page.text


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "evil",
        "",
    ],
)
def test_no_address_but_one_of_ours_is_gone_to(text: str) -> None:
    assert local_path(text) is None
    assert local_path("/customers?q=a%20b") == "/customers?q=a%20b"
