"""A proxy that stands between client and emulator and changes requests and replies on the way."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_PASSED_ON = ("authorization", "ocp-apim-subscription-key", "content-type", "accept")


@dataclass
class Passing:
    """One reply on its way: to which request, as the client sent it, and what the client gets.

    ``cut`` sends no more of the body than so many bytes, though its whole length is promised.
    """

    path: str
    query: dict[str, str]
    status: int
    body: bytes
    cut: int | None = None
    method: str = "GET"
    date: str = ""

    @property
    def is_energy(self) -> bool:
        return self.path.endswith("/api/mandate/energy")

    def change(self, change: Callable[[Any], None]) -> None:
        """Let ``change`` alter the JSON body in place."""
        content = json.loads(self.body)
        change(content)
        self.body = json.dumps(content).encode()

    def refuse(self, status: int, body: bytes = b"") -> None:
        self.status, self.body = status, body


@dataclass
class Proxy:
    """``damage`` may change each reply, ``divert`` the target (path and query) of each request;
    None passes them on as they are.
    """

    url: str
    damage: Callable[[Passing], None] | None = None
    divert: Callable[[str], str] | None = None
    passed: list[Passing] = field(default_factory=list)

    def energy_asked(self) -> int:
        return sum(one.is_energy for one in self.passed)


@contextmanager
def proxy_to(origin: str) -> Iterator[Proxy]:
    """A proxy to ``origin`` on a port of its own, for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def pass_on(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            content = self.rfile.read(length)
            headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
            target = self.path if proxy.divert is None else proxy.divert(self.path)
            status, body, date = _ask(origin, self.command, target, content, headers)
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            reply = Passing(parts.path, query, status, body, method=self.command, date=date)
            proxy.passed.append(reply)
            if proxy.damage is not None:
                proxy.damage(reply)
            self.send_response_only(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Date", reply.date)
            self.end_headers()
            self.wfile.write(reply.body[: reply.cut])
            self.close_connection = reply.cut is not None

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing: stderr is the tests'."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy = Proxy(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ask(
    origin: str, method: str, target: str, content: bytes, headers: dict[str, str]
) -> tuple[int, bytes, str]:
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=30)
    try:
        connection.request(method, target, content or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("date") or ""
    finally:
        connection.close()
