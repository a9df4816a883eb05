"""Whether the API answers."""

from __future__ import annotations

from typing import Final

from kwartier import __version__
from kwartier.api.calls import Answer, Call, Operation, Told
from kwartier.api.messages.health import Health


def _health(_: Call) -> Answer:
    return Told(value=Health(status="ok", version=__version__))


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/health",
        name="health",
        summary="Whether the API answers",
        tag="Health",
        scope=None,
        handle=_health,
        answers=Health,
    ),
)
