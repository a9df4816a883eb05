"""What `kwartier serve` itself can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final

from kwartier.office import access_log, runs
from kwartier.vocabulary.setting import Setting

PORT: Final = 8601


class LogFormat(StrEnum):
    """``auto`` is text on a terminal and JSON anywhere else."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """The least of what is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """``host`` and ``port`` serve /metrics, /health and /ready. After a failure it pauses for
    ``retry_first``, then twice as long each time, up to ``retry_longest``.
    """

    host: Annotated[
        str,
        Setting(
            about="where /metrics, /health and /ready are served; they are open to whoever "
            "reaches this address"
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int, Setting(about="their port; 0 takes a free one", at_least=0, at_most=65_535)
    ] = PORT
    log_format: Annotated[
        LogFormat, Setting(about="auto is text on a terminal, else one line of JSON an event")
    ] = LogFormat.AUTO
    log_level: Annotated[LogLevel, Setting(about="the least of what is logged")] = LogLevel.INFO
    ready_within: Annotated[
        timedelta,
        Setting(
            about="/ready says no once the last successful sync is older",
            at_least=timedelta(minutes=1),
        ),
    ] = timedelta(hours=36)
    retry_first: Annotated[
        timedelta,
        Setting(about="the pause after a first failure", at_least=timedelta(seconds=1)),
    ] = timedelta(minutes=1)
    retry_longest: Annotated[
        timedelta,
        Setting(about="pauses double up to this", at_least=timedelta(seconds=1)),
    ] = timedelta(hours=1)
    keep_runs: Annotated[
        timedelta,
        Setting(
            about="how long it is kept how polls and syncs went, those of `kwartier sync` too",
            at_least=timedelta(days=1),
        ),
    ] = runs.KEEP
    keep_access_log: Annotated[
        timedelta,
        Setting(
            about="how long it is kept who looked at whose data, and who decided what",
            at_least=timedelta(days=30),
            at_most=timedelta(days=3653),
        ),
    ] = access_log.KEEP
    stop_within: Annotated[
        timedelta,
        Setting(
            about="after SIGTERM, requests under way may take so long to end by themselves; a "
            "commit in hand is always finished",
            at_least=timedelta(0),
            at_most=timedelta(minutes=10),
        ),
    ] = timedelta(seconds=5)
