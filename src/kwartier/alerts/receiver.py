"""What every receiver of alerts can do."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from kwartier.alerts.message import Message
from kwartier.events.attempt import Failure


class ReceiverKind(StrEnum):
    """How a receiver is reached."""

    MAIL = "mail"
    WEBHOOK = "webhook"


class Receiver(Protocol):
    """Somebody who is told of alerts. ``name`` is the same in the next run, and tells no address:
    whoever is new hears of all that is open.
    """

    kind: ClassVar[ReceiverKind]

    @property
    def name(self) -> str: ...

    async def send(self, message: Message, *, at: datetime, number: int) -> Failure | None:
        """Hand ``message`` over ``at`` this moment, for the ``number``-th time (from 1)."""
        ...


def identity(kind: ReceiverKind, *addresses: str) -> str:
    """A name for a receiver that does not tell where it is."""
    digest = hashlib.blake2b("\n".join(addresses).encode(), digest_size=8)
    return f"{kind}:{digest.hexdigest()}"
