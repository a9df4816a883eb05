"""Answers too large for memory: written to a nameless file first, sent from there.

So a slow reader never keeps the store open, an error is told before the first byte, and the
length is known. The file lies beside the store, is this user's alone, and is gone once it is closed
or the process ends.
"""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_CHUNK: Final = 256 * 1024

Write = Callable[[IO[bytes]], None]


def spooled(write: Write, folder: Path, *, is_compressed: bool) -> IO[bytes]:
    """What ``write`` writes, at its beginning; the caller closes it."""
    file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - outlives this function
    try:
        if is_compressed:
            with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=5, mtime=0) as packed:
                write(cast(IO[bytes], packed))
        else:
            write(file)
        file.flush()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    found: IO[bytes] = file
    return found


class FileResponse(Response):
    """A spooled file, sent piece by piece."""

    def __init__(self, file: IO[bytes], headers: Mapping[str, str], media_type: str) -> None:
        self._file = file
        size = file.seek(0, 2)
        file.seek(0)
        super().__init__(b"", 200, dict(headers), media_type)
        self.headers["content-length"] = str(size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            more = scope["method"] != "HEAD"
            while more:
                piece = await asyncio.to_thread(self._file.read, _CHUNK)
                more = bool(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": more})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._file.close()
