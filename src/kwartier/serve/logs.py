"""What the service says of itself: one line an event, for programs or for people."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import msgspec

from kwartier.ean_digests import without_eans
from kwartier.serve.settings import LogFormat, LogLevel

_log = logging.getLogger("kwartier.serve")
_QUIET: Final = ("uvicorn", "uvicorn.error", "asyncio")


def say(level: int, event: str, **fields: Any) -> None:
    """Log ``event`` (a word) with ``fields``; EANs in them are shown as digests."""
    _log.log(level, event, extra={"fields": fields})


def set_up_logs(stream: TextIO, form: LogFormat, level: LogLevel) -> None:
    """Log to ``stream`` from now on, whatever logs there were before."""
    as_json = form is LogFormat.JSON or (form is LogFormat.AUTO and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if as_json else TextLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def content(record: logging.LogRecord) -> dict[str, Any]:
    """``time`` (UTC), ``level``, ``event``, then the event's own fields.

    What is not said through :func:`say` is the event ``message``.
    """
    told: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    fields = getattr(record, "fields", None)
    if fields is None:
        told |= {"event": "message", "logger": record.name, "message": record.getMessage()}
    else:
        told |= {"event": record.msg, **fields}
    if record.exc_info:
        told["traceback"] = logging.Formatter().formatException(record.exc_info)
    return told


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return without_eans(msgspec.json.encode(content(record), enc_hook=str).decode())


class TextLines(logging.Formatter):
    """``time LEVEL event name=value ...``."""

    def format(self, record: logging.LogRecord) -> str:
        told = content(record)
        traceback = told.pop("traceback", None)
        head = f"{told.pop('time')} {told.pop('level').upper():7} {told.pop('event')}"
        fields = (f"{name}={_shown(value)}" for name, value in told.items())
        lines = [" ".join((head, *fields)), *([traceback] if traceback else [])]
        return without_eans("\n".join(lines))


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value, enc_hook=str).decode()
    bare = text[1:-1] if text.startswith('"') else text
    return bare if re.fullmatch(r"[\w.:+/-]+", bare) else text
