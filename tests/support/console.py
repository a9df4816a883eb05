"""The console of an empty store, and colleagues who are signed in."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from kwartier.alerts import Certificates, Lookout
from kwartier.console import ConsoleContext, ConsolePolicies, create_app
from kwartier.funnel import Board
from kwartier.office import open_office
from kwartier.office.sessions import begin_session
from kwartier.office.users import Role, add_user, user_called
from kwartier.store import open_store
from kwartier.web.settings import WebSettings
from support.asgi import AppClient

HTTPS: Final = WebSettings(public_url="https://console.example", name="Voorbeeld Energie")
_TOKEN: Final = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Clock:
    """A wall clock that a test sets."""

    at: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Console:
    """The console of the store at ``path``, an empty one unless it is there, reached by https as
    behind a proxy.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: WebSettings = HTTPS,
        certificates: Certificates | None = None,
        policies: ConsolePolicies = ConsolePolicies(),  # noqa: B008 - frozen
        **given: Any,
    ) -> None:
        self.clock = Clock()
        if not path.exists():
            shutil.copy(_empty_store(), path)
        self.store = open_store(path)
        self.office = open_office(path)
        self.board = Board(self.store, self.office, self.clock, store_path=path)
        self.context = ConsoleContext(
            store=self.store,
            store_path=path,
            office=self.office,
            board=self.board,
            lookout=Lookout(
                store=self.store,
                office=self.office,
                certificates=certificates,
                retention=policies.retention,
            ),
            settings=settings,
            policies=policies,
            clock=self.clock,
            wall_clock=self.clock,
            **given,
        )
        self.app = create_app(self.context)

    def stranger(self, *, client: str = "127.0.0.1") -> AppClient:
        """A browser that nobody is signed in with."""
        return AppClient(self.app, base_url=self.context.settings.address(), client=client)

    def signed_in(self, role: Role, name: str | None = None) -> AppClient:
        """The browser of a colleague with this role, who is added if need be."""
        name = name or f"a {role.value}"
        user = user_called(self.office, name)
        user = user or add_user(self.office, name=name, role=role, at=self.clock())
        browser = self.stranger()
        secret = begin_session(self.office, user.user_id, at=self.clock())
        prefix = "__Host-" if self.context.settings.is_https else ""
        host = urlsplit(self.context.settings.address()).hostname or ""
        browser.cookies.set(f"{prefix}kwartier-session", secret, domain=host, path="/")
        return browser


@cache
def _empty_store() -> Path:
    """One for all tests of a process: making it takes longer than copying it."""
    folder = Path(tempfile.mkdtemp(prefix="kwartier-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(folder / "empty.duckdb", create=True) as store:
        store.migrate()
    return folder / "empty.duckdb"


def form_token(page: httpx.Response) -> str:
    """The form token that stands in a page."""
    found = _TOKEN.search(page.text)
    assert found is not None, f"no form in {page.url}"
    return found[1]
