"""Telling receivers what they are to hear, until they take it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kwartier.alerts.message import Message, compose, trial
from kwartier.alerts.receiver import Receiver, ReceiverKind
from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.telling import News, Notice, notices
from kwartier.alerts.timing import is_quiet, latest_digest
from kwartier.events.attempt import Failure
from kwartier.office import Office
from kwartier.office.alerts import (
    KnownAlert,
    ReceiverState,
    Told,
    known_alerts,
    note_delivery,
    receiver_states,
    told,
)

PATIENCE = timedelta(seconds=15)
"""For so long one run waits in all until a receiver that failed may be asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one run did for a receiver: notices that were ``taken``, attempts that ``failed``, and
    the last ``error``, None if the last was taken.
    """

    kind: ReceiverKind
    receiver: str
    taken: int = 0
    failed: int = 0
    error: str | None = None


async def tell_receivers(
    office: Office,
    receivers: Sequence[Receiver],
    settings: AlertSettings,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    patience: timedelta = PATIENCE,
) -> list[Delivery]:
    """Tell each of ``receivers`` what is due to it; ``now`` tells the real time.

    What is not taken is due again after a pause that grows with each attempt, in this run or a
    later one. That it was taken is kept at once: after a crash a message at most comes twice,
    under the same identifier.
    """
    runs = (_Run(office, one, settings, now, sleep, patience).carry_out() for one in receivers)
    return list(await asyncio.gather(*runs))


async def try_receivers(
    receivers: Sequence[Receiver], *, now: datetime
) -> list[tuple[Receiver, Failure | None]]:
    """Send each a message that says it is a trial; None where it was taken."""
    letters = [trial(now, receiver=one.name) for one in receivers]
    sent = (
        one.send(message, at=now, number=1) for one, message in zip(receivers, letters, strict=True)
    )
    return list(zip(receivers, await asyncio.gather(*sent), strict=True))


class _Run:
    def __init__(
        self,
        office: Office,
        receiver: Receiver,
        settings: AlertSettings,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        patience: timedelta,
    ) -> None:
        self.office, self.receiver, self.settings = office, receiver, settings
        self.now, self.sleep, self.patience = now, sleep, patience
        self.done = Delivery(kind=receiver.kind, receiver=receiver.name)

    async def carry_out(self) -> Delivery:
        while await self._may_try():
            now = self.now()
            state, due = await asyncio.to_thread(self._due, now)
            if not due:
                break
            message = compose(due, now, receiver=self.receiver.name)
            failure = await self.receiver.send(message, at=now, number=state.attempts + 1)
            await asyncio.to_thread(self._note, state, due, message, failure)
            if failure is not None and failure.is_gone:
                break
        return self.done

    async def _may_try(self) -> bool:
        """Wait until the receiver may be asked again, if that is soon."""
        state = await asyncio.to_thread(self._state)
        pause = timedelta() if state.due_at is None else state.due_at - self.now()
        if pause <= timedelta():
            return True
        self.patience -= pause
        if self.patience < timedelta():
            self.done = replace(self.done, error=state.error)
            return False
        await self.sleep(pause.total_seconds())
        return True

    def _state(self) -> ReceiverState:
        """How the receiver stands; one that is new waits for its first digest."""
        known = receiver_states(self.office).get(self.receiver.name)
        if known is None:
            known = ReceiverState(receiver=self.receiver.name, digest_at=self.now())
            note_delivery(self.office, known)
        return known

    def _due(self, now: datetime) -> tuple[ReceiverState, list[Notice]]:
        state, name = self._state(), self.receiver.name
        before = {one.alert_id: one for one in told(self.office) if one.receiver == name}
        alerts = known_alerts(self.office)
        due = notices(alerts, before, self.settings, now, digest_at=state.digest_at)
        if not due and (at := self._digest_at(state, now)) != state.digest_at:
            note_delivery(self.office, replace(state, digest_at=at))
        return state, due

    def _digest_at(self, state: ReceiverState, now: datetime) -> datetime:
        """The daily digest that is told with whatever is told now."""
        if is_quiet(now, self.settings):
            return state.digest_at
        return max(state.digest_at, latest_digest(now, self.settings))

    def _note(
        self,
        state: ReceiverState,
        due: Sequence[Notice],
        message: Message,
        failure: Failure | None,
    ) -> None:
        now, done = self.now(), self.done
        if failure is not None:
            failed = replace(
                state,
                attempts=state.attempts + 1,
                due_at=now + failure.pause,
                error=failure.error,
            )
            note_delivery(self.office, failed)
            self.done = replace(done, failed=done.failed + 1, error=failure.error)
            return
        fresh = ReceiverState(
            receiver=state.receiver, digest_at=self._digest_at(state, now), took_at=now
        )
        taken = [_told(notice, self.receiver.name, message, now) for notice in due]
        note_delivery(self.office, fresh, taken)
        self.done = replace(done, taken=done.taken + len(due), error=None)


def _told(notice: Notice, receiver: str, message: Message, now: datetime) -> Told:
    known: KnownAlert = notice.known
    return Told(
        alert_id=known.alert_id,
        receiver=receiver,
        stage=known.alert.stage,
        told_at=now,
        thread=notice.thread or message.identifier,
        ended_told_at=now if notice.news is News.OVER else None,
    )
