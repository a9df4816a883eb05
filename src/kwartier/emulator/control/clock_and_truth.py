"""The emulator's own endpoints: its health, its clock, and what is true. Not Fluvius'."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kwartier.emulator.consents import Consents, Environment
from kwartier.emulator.control.replies import control_reply, telling_errors
from kwartier.emulator.durations import Duration
from kwartier.emulator.metering.sandbox_ean import SANDBOX_EANS, is_sandbox_ean
from kwartier.emulator.metering.truth import TRUTH_SCHEMA, truth
from kwartier.emulator.requests import Query
from kwartier.emulator.world import World
from kwartier.errors import InputError, KwartierError
from kwartier.vocabulary.local_time import parse_instant

ARROW_STREAM = "application/vnd.apache.arrow.stream"


class ClockSetting(msgspec.Struct, frozen=True):
    """Body of ``PUT /_emulator/clock``: the instant to move to, or by how much to advance, and the
    speed from there on. At least one of them.

    ``now`` is read like ``--clock``: a date, or a date-time without zone, is Brussels' time;
    ``advance`` is an ISO 8601 duration, or a number of days.
    """

    now: str | None = None
    advance: str | int | None = None
    speed: float | None = None

    def moved(self, now: datetime) -> datetime:
        """Where the clock moves to from ``now``. Raises :class:`InputError`."""
        if self.now is not None and self.advance is not None:
            raise InputError("advance", "cannot go with now")
        if self.now is not None:
            return parse_instant(self.now, "now")
        if self.advance is not None:
            return Duration.parse(str(self.advance), "advance").after(now, "advance")
        if self.speed is None:
            raise InputError("now", "is missing; or give advance, or speed")
        return now


def routes(world: World, clock_moved: Callable[[], None]) -> list[Route]:
    """``/_emulator/health``, ``/_emulator/clock`` and ``/_emulator/truth``.

    ``clock_moved`` is called after the clock was set.
    """

    async def health(_request: Request) -> Response:
        clock = iso(world.now())
        return control_reply(200, {"status": "ok", "clock": clock, "seed": world.seed})

    async def clock(_request: Request) -> Response:
        return control_reply(200, {"now": iso(world.now()), "speed": world.clock.speed})

    async def set_clock(request: Request) -> Response:
        setting = msgspec.json.decode(await request.body(), type=ClockSetting)
        world.clock.set(setting.moved(world.now()), speed=setting.speed)
        try:
            clock_moved()
        except KwartierError as error:
            raise KwartierError(f"the clock was moved, but {error}") from error
        return await clock(request)

    async def true_values(request: Request) -> Response:
        query = Query(request.scope["query_string"])
        environment = query.word("environment", Environment, query.text("environment"))
        since = query.instant("since", query.text("since"))
        query.check()
        eans = request.query_params.getlist("ean")
        if not eans or not all(is_sandbox_ean(ean) for ean in eans):
            raise InputError("ean", f"give one or more as ?ean=...&ean=...: {SANDBOX_EANS}")
        consents = world.consents(environment or Environment.SANDBOX)
        return Response(_stream(world, consents, eans, since), media_type=ARROW_STREAM)

    return [
        Route("/_emulator/health", health, methods=["GET"]),
        Route("/_emulator/clock", clock, methods=["GET"]),
        Route("/_emulator/clock", telling_errors(set_clock), methods=["PUT"]),
        Route("/_emulator/truth", telling_errors(true_values), methods=["GET"]),
    ]


def iso(instant: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _stream(world: World, consents: Consents, eans: list[str], since: datetime | None) -> bytes:
    sink = pa.BufferOutputStream()
    now = world.now()
    told = truth(
        eans,
        consents.mandates.all(),
        seed=world.seed,
        now=now,
        events=consents.events_of,
        since=since,
    )
    with pa.ipc.new_stream(sink, TRUTH_SCHEMA) as writer:
        for batch in told:
            writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content
