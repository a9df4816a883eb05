"""What the digits of the sandbox's EANs say, and nowhere else but here.

They read ``5414 m e d g s 000000 xxx``, the v3 widening of the six documented blocks
``54144 e d g 0000000 xxx``. What the digits of the widening mean is our reading.

=====  ====================  ==========================  ======================================
digit  0                     1                           2
=====  ====================  ==========================  ======================================
``e``  electricity           gas
``d``  offtake               offtake and injection       metered at the headpoint and at its
       (solar panels; not of gas)                        meter; electricity injects as with 1
``g``  day values            quarter-hours (gas: hours)  both
``s``  nothing metered       a plant: its production,    as 1, and a tenant's offtake
       apart                 and what it uses itself     (gas: the tenant's offtake only)
=====  ====================  ==========================  ======================================

``m`` is 4 for a home with a digital meter, 5 for a company (or a block of flats) with an AMR
installation; where it is metered follows from m and d::

    m = 4, d = 0 or 1   metering-on-meter
    m = 5, d = 0 or 1   metering-on-headpoint
    d = 2               metering-on-headpoint-and-meter

A digital meter alone shows nothing that is metered apart: with metering-on-meter, s only makes
it another home. A plant without injection (d = 0) is held back to what is used on the spot. Both
granularities are there whatever g says; what is shown is the mandate's matter. ``xxx`` picks the
household (:mod:`kwartier.emulator.metering.household`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.wire.fluvius_v3 import HeadpointType

SANDBOX_EAN_PATTERN: Final = "5414[45](0[0-2]|1[02])[0-2][0-2]000000[0-9]{3}"
"""Matches them all, and gas with injection not."""

_SUB_HEADPOINT_AT = 9

SANDBOX_EANS = (
    "5414 m e d g s 000000 xxx, where m is 4 for a digital meter or 5 for AMR, e is 0 for "
    "electricity or 1 for gas, d is 0 for offtake, 1 for offtake and injection (electricity only) "
    "or 2 for metering at headpoint and meter, g is 0 for day values, 1 for quarter-hours (gas: "
    "hours) or 2 for both, s is 0 to 2 for what is metered apart, and xxx is any three digits"
)
"""The pattern of the sandbox's EANs, for people."""


def is_sandbox_ean(ean: str) -> bool:
    """Whether the sandbox knows it; gas with injection it does not."""
    return re.fullmatch(SANDBOX_EAN_PATTERN, ean) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a sandbox EAN's digits say, but for who lives there.

    ``large``: a company's, not a home's. ``plant`` and ``tenant``: metered apart, as
    sub-headpoints. Connections compare equal when their digits mean the same.
    """

    energy_type: str
    metering: HeadpointType
    large: bool
    injects: bool
    plant: bool
    tenant: bool

    @property
    def at_meter(self) -> bool:
        """Whether its physical meter's series are shown."""
        return self.metering is not HeadpointType.METERING_ON_HEADPOINT

    @property
    def at_headpoint(self) -> bool:
        """Whether series of the headpoint itself are shown, and with them sub-headpoints."""
        return self.metering is not HeadpointType.METERING_ON_METER


def connection_of(ean: str) -> Connection:
    """Read the digits of a sandbox EAN."""
    return _connection(ean[4:9])


@cache
def _connection(digits: str) -> Connection:
    level, energy, direction, apart = digits[0], digits[1], digits[2], digits[4]
    metering = HeadpointType.METERING_ON_METER
    if direction == "2":
        metering = HeadpointType.METERING_ON_HEADPOINT_AND_METER
    elif level == "5":
        metering = HeadpointType.METERING_ON_HEADPOINT
    gas, shown = energy == "1", metering is not HeadpointType.METERING_ON_METER
    return Connection(
        energy_type=GAS if gas else ELECTRICITY,
        metering=metering,
        large=level == "5",
        injects=direction != "0" and not gas,
        plant=shown and apart != "0" and not gas,
        tenant=shown and apart == "2",
    )


def sub_headpoint_ean(ean: str, number: int) -> str:
    """The EAN of a metering point's ``number``-th sub-headpoint; no sandbox EAN itself."""
    return f"{ean[:_SUB_HEADPOINT_AT]}{number}{ean[_SUB_HEADPOINT_AT + 1 :]}"
