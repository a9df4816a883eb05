"""``/metrics``, ``/health`` and ``/ready`` on one small port."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Final

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kwartier import __version__
from kwartier.errors import KwartierError
from kwartier.serve.metrics import Metrics
from kwartier.serve.readiness import Readiness

_BACKLOG: Final = 64
_STOP_TIMEOUT: Final = 2


def create_app(metrics: Metrics, readiness: Readiness) -> Starlette:
    """The three pages, and a list of them at the root."""

    async def show_metrics(_: Request) -> Response:
        return Response(metrics.exposition(), headers={"content-type": CONTENT_TYPE_LATEST})

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__})

    async def ready(_: Request) -> Response:
        checks = await readiness.checks()
        is_ready = all(check.is_met for check in checks)
        told = {"ready": is_ready, "checks": [check.as_json() for check in checks]}
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse(told, status)

    pages = {"/metrics": show_metrics, "/health": health, "/ready": ready}

    async def root(_: Request) -> Response:
        return JSONResponse({"kwartier": __version__, "pages": list(pages)})

    return Starlette(routes=[Route(path, page) for path, page in {**pages, "/": root}.items()])


def listen(
    host: str, port: int, *, hint: str = "service.port in the configuration file or --port"
) -> socket.socket:
    """A socket bound to ``port`` (0: a free one); :class:`KwartierError` if that cannot be, with
    the ``hint`` where to choose another.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise KwartierError(
            f"cannot listen on {host} port {port} ({why}): another service may have it; choose "
            f"another with {hint} (0 takes a free one)"
        ) from error


class _Server(uvicorn.Server):
    """uvicorn, whose signals are the service's to heed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve ``app`` on ``listener`` until the block ends."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_TIMEOUT,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await running
