"""The parties that the emulated FIAM knows: Eneco, and who may ask for data. All made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kwartier.emulator.registrations import FIAM_CLIENT_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation by its party identifier."""

    id: str
    name: str


ENECO: Final = Party(id="EU.EORI.NLEMULATED-ENECO", name="Eneco (emulated)")
"""The service provider: it holds the data."""

OURSELVES: Final = Party(id=FIAM_CLIENT_ID, name="Emulated Energy Services")
"""The service consumer that the emulator's certificates are for."""

CONSUMERS: Final = {
    each.id: each
    for each in (
        OURSELVES,
        Party(id="EU.EORI.NLEMULATED-GRAAD", name="Stadsgraad Advies (emulated)"),
        Party(id="EU.EORI.NLEMULATED-WARM", name="Warmtewijzer (emulated)"),
    )
}
"""All service consumers, by identifier; data owners may consent to any of them."""
