"""A visit to a service: is it there, what time is it there, and what does it refuse?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kwartier.doctor.diagnosis import Diagnosis, State
from kwartier.errors import KwartierError
from kwartier.transport import Call, ConnectFailedError, Reply, SyncDriver, TransportError
from kwartier.transport.protocol import Send, Steps

NOTICEABLE: Final = timedelta(minutes=1)
TOLERATED: Final = timedelta(minutes=5)
"""By how much Microsoft Entra ID lets clocks differ; what KPN FIAM does, it does not say."""

TIMEOUT: Final = 20.0
SET_THE_CLOCK: Final = "set this machine's clock, or have it set (NTP)"


class Visit:
    """One visit; ``found`` grows. ``now`` is this machine's clock, ``authority`` the variable that
    names authorities to trust.
    """

    def __init__(self, driver: SyncDriver, now: Callable[[], datetime], *, authority: str) -> None:
        self.found: list[Diagnosis] = []
        self.now = now
        self._driver = driver
        self._authority = authority

    def note(self, topic: str, subject: str, state: State, says: str, advice: str = "") -> None:
        """Add what was found."""
        self.found.append(Diagnosis(topic, subject, state, says, advice))

    def ask(self, topic: str, who: str, variable: str, call: Call) -> Reply | None:
        """The reply, None without; either way a diagnosis of the road to the address that
        ``variable`` may hold.
        """
        where = call.url.partition("/api/")[0].partition("/datashare/")[0]
        reply = self.send(call)
        if isinstance(reply, Reply):
            self.note(topic, who, State.GOOD, f"answers at {where}")
            return reply
        advice = f"check the network, the proxy, and {variable}"
        if isinstance(reply, ConnectFailedError) and "certificate" in str(reply).lower():
            advice = f"name the authority's certificate in {self._authority} if it is to be trusted"
        self.note(topic, who, State.BAD, str(reply), advice)
        return None

    def send(self, call: Call) -> Reply | TransportError:
        """What comes of one call, sent once."""
        try:
            return self._driver.run(_once(call))
        except TransportError as error:
            return error

    def compare(self, topic: str, subject: str, ours: datetime, reply: Reply, advice: str) -> None:
        """Tell by how much our clock differs from the one that a reply shows."""
        if reply.date is None:
            self.note(topic, subject, State.UNKNOWN, "the answer tells no time")
            return
        ahead = ours - reply.date
        says = f"{_length(abs(ahead))} {'ahead' if ahead > timedelta() else 'behind'}"
        if abs(ahead) <= NOTICEABLE:
            self.note(topic, subject, State.GOOD, "within a minute")
        elif abs(ahead) <= TOLERATED:
            self.note(topic, subject, State.DOUBTFUL, says, advice)
        else:
            self.note(topic, subject, State.BAD, says, advice)

    def refused(self, topic: str, subject: str, error: KwartierError) -> None:
        """What a service refused, which tells in brackets what to do."""
        says, _, advice = str(error).rpartition(" (")
        shown = (says or str(error)).partition(" Trace ID:")[0]
        self.note(topic, subject, State.BAD, shown, advice.rstrip(")") or "try again later")


def _once(call: Call) -> Steps[Reply]:
    reply: Reply = yield Send(call)
    return reply


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if round(seconds / unit) > 1:
            return f"{round(seconds / unit)} {name}"
    return f"{seconds} seconds"
