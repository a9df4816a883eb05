"""Whether the service can be relied on just now, and if not, why not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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
    """One condition, maybe about one provider; ``says`` tells why it is as it is."""

    name: str
    is_met: bool
    says: str
    provider: str | None = None

    def as_json(self) -> dict[str, Any]:
        about = {} if self.provider is None else {"provider": self.provider}
        return {"name": self.name, **about, "ok": self.is_met, "says": self.says}


class Readiness:
    """Answers ``/ready``: the store can be opened, and of each provider the last successful
    sync is not older than ``within``, and it accepted the credentials.
    """

    def __init__(
        self,
        store: Store,
        contacts: Mapping[str, Contact],
        clock: ServiceClock,
        *,
        within: timedelta,
    ) -> None:
        self._store, self._contacts, self._clock, self._within = store, contacts, clock, within
        self._opening: asyncio.Task[Check] | None = None

    async def checks(self) -> list[Check]:
        """All conditions, in order."""
        checks = [await self._store_opens()]
        for provider, contact in self._contacts.items():
            for name, (is_met, says) in (
                ("sync", self._is_synced(contact)),
                ("credentials", _is_accepted(contact)),
            ):
                checks.append(Check(name, is_met, says, provider))
        return checks

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

    def _is_synced(self, contact: Contact) -> tuple[bool, str]:
        at = contact.synced_at
        if at is None:
            return False, "no sync has succeeded yet"
        age = self._clock.now() - at
        told = show_duration(timedelta(seconds=max(0, int(age.total_seconds()))))
        limit = show_duration(self._within)
        return age <= self._within, f"the last one succeeded {told} ago, allowed are {limit}"


def _is_accepted(contact: Contact) -> tuple[bool, str]:
    if contact.accepted is None:
        return False, contact.error or "not tried yet"
    return contact.accepted, "accepted" if contact.accepted else contact.error or "refused"
