"""A receiver of webhooks, on an address of this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + "b3VyIG93biBzZWNyZXQgZm9yIHRlc3RzIG9ubHk="


class Listener(ThreadingHTTPServer):
    """Answers with the statuses it was given, one a request, then 204; keeps what it took."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses: list[int] = []
        self.came: list[tuple[int, dict[str, str], bytes]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?key=hidden"

    def events(self, status: int = 204) -> list[dict[str, Any]]:
        """The events that were answered with ``status``, in order."""
        return [json.loads(body) for answered, _, body in self.came if answered == status]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        listener = self.server
        assert isinstance(listener, Listener)
        with listener.lock:
            status = listener.statuses.pop(0) if listener.statuses else 204
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.came.append((status, headers, body))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def listening() -> Iterator[Listener]:
    """A receiver that runs until the block ends."""
    with Listener() as running:
        thread = threading.Thread(target=running.serve_forever, args=[0.01])
        thread.start()
        yield running
        running.shutdown()
        thread.join()
