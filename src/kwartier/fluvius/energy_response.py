"""What energy comes in as objects: each version of the API has a response of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as v3

AnyEnergyResponse = v3.EnergyResponse | v2.EnergyResponse
"""Either version's."""

if TYPE_CHECKING:
    # Of what is in Python 3.11 no TypeVar has a default; checkers know this one by themselves.
    from typing_extensions import TypeVar

    R = TypeVar("R", bound=AnyEnergyResponse, default=v3.EnergyResponse)
else:
    from typing import TypeVar

    R = TypeVar("R", bound=AnyEnergyResponse)
