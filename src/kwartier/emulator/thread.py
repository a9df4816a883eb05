"""The emulator in a thread of the process that uses it, for its tests."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import weakref
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import uvicorn

from kwartier.emulator.app import create_app
from kwartier.emulator.clock import Clock
from kwartier.emulator.entra.key_files import write_key_files
from kwartier.emulator.listening import BACKLOG, listen, url_of
from kwartier.emulator.refusals import ErrorCasing
from kwartier.emulator.registrations import environment
from kwartier.emulator.world import World

_STOP_TIMEOUT: Final = 10.0
_KEEP_ALIVE: Final = 3_600


class EmulatorThread:
    """A running emulator in a thread of its own; also a context manager.

    ``url`` is its origin, ``env`` the environment variables that lead a client to it (the files
    that some of them name are gone once it stops), ``world`` what it serves. ``tls`` serves https.

    Its server is uvicorn, which is Python throughout. The command's, Granian, is faster, but its
    native threads crash a process that many of them share.
    """

    def __init__(
        self,
        *,
        clock: datetime | None = None,
        speed: float = 0.0,
        seed: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
        state: Path | None = None,
        error_casing: ErrorCasing = ErrorCasing.PASCAL,
        v3_installation: bool = False,
        tls: bool = False,
    ) -> None:
        self._listener = listen(host, port)
        try:
            self.world = World(
                clock=Clock(clock, speed=speed),
                seed=seed,
                state=state,
                error_casing=error_casing,
                v3_installation=v3_installation,
            )
        except BaseException:
            self._listener.close()
            raise
        folder = Path(tempfile.mkdtemp(prefix="kwartier-emulator-"))
        self._remove_files = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        files = write_key_files(folder, host=host, tls=tls)
        self.url = url_of(host, self._listener, tls=tls)
        self.env = environment(self.url, self.world.clock.time, files.environment())
        config = uvicorn.Config(
            create_app(self.world),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=1,
            ssl_certfile=files.https.certificate if files.https else None,
            ssl_keyfile=files.https.private_key if files.https else None,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="kwartier-emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and wait until the port is free; harmless when already stopped."""
        self._server.should_exit = True
        self._thread.join(_STOP_TIMEOUT)
        self._remove_files()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            runner.run(self._server.serve(sockets=[self._listener]))
