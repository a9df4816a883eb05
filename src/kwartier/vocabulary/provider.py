"""Who has measurements to give, and how each may be asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FLUVIUS: Final = "fluvius"
ENECO: Final = "eneco"


_TITLES: Final = {FLUVIUS: "Fluvius", ENECO: "Eneco"}
"""As they write their names themselves."""


def provider_title(name: str) -> str:
    """``Fluvius`` for ``fluvius``; one that is not known by its own word."""
    return _TITLES.get(name, name)


class ProviderName(StrEnum):
    """A provider, as settings name it."""

    FLUVIUS = "fluvius"
    ENECO = "eneco"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """``tells_insert_time``: whether it can be asked for what it stored since an instant; of one
    that cannot, the last days are read again. ``lists_all_that_stand``: its complete list of
    mandates names each that stands, so one that is no longer on it has ended. ``limits_history``:
    it can be asked for the last years only, not for all that a mandate permits.
    ``tells_addresses``: it knows where it delivers to. ``tells_states``: it says of each value how
    it came about; where it does not, a value without a validation state is as good as measured.
    ``max_window_days``: local days that one
    fetch may span; where it takes a request for each of them, few, so that a failed one costs
    little.
    """

    name: str
    tells_insert_time: bool
    lists_all_that_stand: bool
    limits_history: bool
    tells_addresses: bool
    tells_states: bool
    max_window_days: int


PROVIDERS: Final = {
    one.name: one
    for one in (
        Provider(
            name=FLUVIUS,
            tells_insert_time=True,
            lists_all_that_stand=False,
            limits_history=True,
            tells_addresses=False,
            tells_states=True,
            max_window_days=184,
        ),
        Provider(
            name=ENECO,
            tells_insert_time=False,
            lists_all_that_stand=True,
            limits_history=False,
            tells_addresses=True,
            tells_states=False,
            max_window_days=31,
        ),
    )
}
