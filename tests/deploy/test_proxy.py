"""nginx as deploy/nginx.conf sets it up, before the console: cookies, addresses, bodies."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from kwartier.office.passwords import hashed
from kwartier.office.users import Role, add_user
from kwartier.web.addresses import client_address
from kwartier.web.settings import WebSettings
from support import certificates
from support.api import served
from support.console import Console, form_token

SITE: Final = Path(__file__).parents[2] / "deploy" / "nginx.conf"
NAME: Final = "example.test"
PATIENCE: Final = 30.0
PASSWORD: Final = "a password that is long enough"


@dataclass
class Behind:
    """A console behind a proxy at https://example.test:``port``; ``seen`` are the requests that
    came through, each with the address that the console counts attempts by.
    """

    console: Console
    port: int
    trusts: ssl.SSLContext
    seen: list[tuple[str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What people reach, and what a browser says in Origin."""
        return f"https://{NAME}:{self.port}"

    def browser(self) -> Browser:
        """A browser that goes through the proxy."""
        return Browser(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"host": f"{NAME}:{self.port}"},
            verify=self.trusts,
            timeout=PATIENCE,
        )

    def connected(self) -> ssl.SSLSocket:
        """A bare connection to the proxy."""
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        return self.trusts.wrap_socket(plain, server_hostname=NAME)


class Browser(httpx.Client):
    """Knows the name of the site, which stands in no directory."""

    def send(self, request: httpx.Request, **given: Any) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": NAME}
        return super().send(request, **given)


def noting(app: ASGIApp, seen: list[tuple[str, str]]) -> ASGIApp:
    """``app``, whose requests are noted in ``seen`` once all of the body came."""

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        seen.append((request.method, client_address(request, trusted_proxies=1)))
        await app(scope, receive, send)

    return note


def nginx(folder: Path, port: int, origin: str) -> list[str]:
    """nginx with the site that is shipped, at another address; the command that runs it."""
    site = SITE.read_text("utf-8")
    changed = {
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "http://127.0.0.1:8602": origin,
        "server_name energy.example;": f"server_name {NAME};",
        "/etc/letsencrypt/live/energy.example/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/energy.example/privkey.pem": f"{folder}/key.pem",
        "/var/log/nginx": str(folder),
        "body_timeout 15s": "body_timeout 1s",
    }
    (folder / "site.conf").write_text(replaced(site, changed))
    own = f"daemon off; pid {folder}/pid; events {{}} http {{ include {folder}/site.conf; }}"
    (folder / "nginx.conf").write_text(own)
    return ["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]


def replaced(text: str, changed: dict[str, str]) -> str:
    for old, new in changed.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    if shutil.which("nginx") is None:
        pytest.skip("there is no nginx: `apt-get install nginx-light` brings it")
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    issued = certificates.Request().issue(None)
    (folder / "key.pem").write_text(certificates.pem(certificates.rsa_key()))
    (folder / "certificate.pem").write_bytes(issued.parsed.public_bytes(Encoding.PEM))
    settings = WebSettings(public_url=f"https://{NAME}:{port}", trusted_proxies=1)
    console = Console(folder / "kwartier.duckdb", settings=settings)
    add_user(
        console.office, name="An", role=Role.VIEWER, at=console.clock(), password=hashed(PASSWORD)
    )
    trusts = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    behind = Behind(console, port, trusts)
    app = Starlette(routes=[Mount("/", noting(console.app, behind.seen))])
    with served(app) as origin, (folder / "proxy.log").open("wb") as log:
        running = subprocess.Popen(
            nginx(folder, port, origin),
            stdout=log,
            stderr=log,
            env={**os.environ, "HOME": str(folder)},
        )
        try:
            wait_for(port, running, folder / "proxy.log")
            yield behind
        finally:
            running.terminate()
            running.wait(PATIENCE)


def wait_for(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    """Until the proxy listens."""
    patience = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        except ConnectionRefusedError:
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < patience, log.read_text()
            time.sleep(0.05)
        else:
            return


def test_a_colleague_signs_in_and_cookies_are_for_https_alone(behind: Behind) -> None:
    with behind.browser() as browser:
        turned = browser.get("/")
        assert (turned.status_code, turned.headers["location"]) == (303, "/sign-in")
        page = browser.get("/sign-in")
        assert "max-age" in page.headers["strict-transport-security"]
        fields = {"form_token": form_token(page), "name": "An", "password": PASSWORD, "next": "/"}
        foreign = browser.post("/sign-in", data=fields, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        let_in = browser.post("/sign-in", data=fields, headers={"origin": behind.address})
        assert let_in.status_code == 303
        cookies = let_in.headers.get_list("set-cookie")
        assert [one.partition("=")[0] for one in cookies] == [
            "__Host-kwartier-session",
            "__Host-kwartier-visitor",
        ]
        assert all("; Secure" in one and "; HttpOnly" in one for one in cookies)
        assert "Sign out" in browser.get("/", follow_redirects=True).text


def test_the_address_is_the_one_that_the_proxy_saw_whatever_a_browser_claims(
    behind: Behind,
) -> None:
    with behind.browser() as browser:
        for claimed in ("203.0.113.9", "203.0.113.9, 198.51.100.7", "nonsense"):
            browser.get("/sign-in", headers={"x-forwarded-for": claimed})
    assert {address for _, address in behind.seen} == {"127.0.0.1"}


def test_what_is_too_large_is_refused_before_it_is_passed_on(behind: Behind) -> None:
    with behind.browser() as browser:
        assert browser.post("/sign-in", content=b"x" * 200_000).status_code == 413
        assert browser.get("/sign-in").status_code == 200


def test_who_sends_too_slowly_is_let_go(behind: Behind) -> None:
    before = len(behind.seen)
    with behind.connected() as slow:
        slow.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: {NAME}:{behind.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 60000\r\n\r\nname=".encode()
        )
        answered = slow.recv(4096)
    assert answered == b"" or answered.startswith(b"HTTP/1.1 408")
    assert ("POST", "127.0.0.1") not in behind.seen[before:], "nothing of it was passed on"
