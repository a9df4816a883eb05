"""Clocks that jumped: noticed before anything that they stamp is recorded.

An answer from a wrong future would outrank every later one, and settle time that has not been.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kwartier.errors import KwartierError
from kwartier.store.port import CLOCK_SET_BACK

MOST_APART: Final = timedelta(days=1)
"""How far the provider's time may be ahead of this machine's."""


class ClockError(KwartierError):
    """The provider's clock or this machine's shows a time that cannot be; nothing was recorded."""


def check_not_ahead(provider_time: datetime, machine_time: datetime) -> None:
    """Refuse a provider's time that is more than a day ahead of this machine's."""
    if provider_time - machine_time > MOST_APART:
        raise ClockError(
            f"the provider says that it is {_at(provider_time)}, this machine {_at(machine_time)}: "
            "one of them is wrong, so nothing of this was kept; set this machine's clock, or wait "
            "until the provider's is right (`kwartier doctor` compares them)"
        )


def check_not_behind(provider_time: datetime, synced_at: datetime | None) -> None:
    """Refuse a provider's time that lies before answers which the store holds already; the clocks
    of one provider's machines may differ by :data:`~kwartier.store.port.CLOCK_SET_BACK`.
    """
    if synced_at is not None and synced_at - provider_time >= CLOCK_SET_BACK:
        raise ClockError(
            f"the provider says that it is {_at(provider_time)}, but the store holds answers of "
            f"{_at(synced_at)}: one of the two was wrong, so nothing was asked; if it is now, run "
            "it again later, if it was then, restore a backup from before, or sync into a new file "
            "(--store)"
        )


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
