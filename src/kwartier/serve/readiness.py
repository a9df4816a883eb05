"""Whether the service can be relied on just now, and if not, why not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from kwartier.serve.clock import ServiceClock
from kwartier.serve.contact import Contact
from kwartier.store import Store, StoreBusyError, StoreError
from kwartier.vocabulary.duration import show_duration

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One condition; ``says`` tells why it is as it is."""

    name: str
    is_met: bool
    says: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.is_met, "says": self.says}


class Readiness:
    """Answers ``/ready``: the store can be opened, the last successful sync is not older than
    ``within``, and the provider accepted the credentials.
    """

    def __init__(
        self, store: Store, contact: Contact, clock: ServiceClock, *, within: timedelta
    ) -> None:
        self._store, self._contact, self._clock, self._within = store, contact, clock, within
        self._opening: asyncio.Task[Check] | None = None

    async def checks(self) -> list[Check]:
        """All conditions, in order."""
        return [await self._store_opens(), self._is_synced(), self._is_accepted()]

    async def _store_opens(self) -> Check:
        """However many ask at once, the store is opened once; in use counts as well."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        opening = self._opening
        done, _ = await asyncio.wait({opening}, timeout=_PATIENCE)
        if not done:
            return Check("store", True, "in use")
        self._opening = None
        return opening.result()

    async def _open(self) -> Check:
        try:
            await asyncio.to_thread(self._store.synced_at)
        except StoreBusyError:
            return Check("store", True, "in use")
        except StoreError as error:
            return Check("store", False, str(error))
        return Check("store", True, "can be opened")

    def _is_synced(self) -> Check:
        at = self._contact.synced_at
        if at is None:
            return Check("sync", False, "no sync has succeeded yet")
        age = self._clock.now() - at
        told = show_duration(timedelta(seconds=max(0, int(age.total_seconds()))))
        limit = show_duration(self._within)
        says = f"the last one succeeded {told} ago, allowed are {limit}"
        return Check("sync", age <= self._within, says)

    def _is_accepted(self) -> Check:
        accepted = self._contact.accepted
        if accepted is None:
            return Check("credentials", False, self._contact.error or "not tried yet")
        says = "accepted" if accepted else self._contact.error or "refused"
        return Check("credentials", accepted, says)
