"""The registers that the emulator keeps: the name of a column, and what a reply calls it."""

from __future__ import annotations

from dataclasses import dataclass

from kwartier.vocabulary.energy import AUXILIARY, INJECTION, OFFTAKE, PRODUCTION
from kwartier.wire.fluvius_v3 import Unit

LITRES, ENERGY = "litres", "energy"
"""Gas at a meter: its volume, and what of it is energy by the factor as known."""
DEFINITIVE_ENERGY = "definitive_energy"
"""Gas at a headpoint: energy by the definitive factor from the start. A reply shows no factor
there, so that nothing could tell a client that a value has changed (our reading)."""
TENANT = "tenant"

REACTIVE, INDUCTIVE, CAPACITIVE = "reactive", "inductive", "capacitive"


@dataclass(frozen=True, slots=True)
class Register:
    """A column of whole thousandths of ``unit``, by the reply's names of it.

    ``with_factor``: its values carry the gas conversion factor.
    """

    column: str
    direction: str
    name: str
    unit: str
    with_factor: bool = False

    @property
    def is_reactive(self) -> bool:
        return self.unit == Unit.KVARH


def electricity_registers(
    flow: str, *, daily: bool, reactive: bool = False, main: bool = False
) -> tuple[Register, ...]:
    """Those of one flow (a direction, or the tenant's offtake), in the reply's order.

    ``reactive``: inductive and capacitive energy is metered too, and on the ``main`` offtake both
    together.
    """
    direction = OFFTAKE if flow == TENANT else flow
    active = ("day", "night") if daily else ("total",)
    names = ((REACTIVE,) if main else ()) + (INDUCTIVE, CAPACITIVE) if reactive else ()
    return (
        *(Register(column(flow, name), direction, name, Unit.KWH) for name in active),
        *(Register(column(flow, name), direction, name, Unit.KVARH) for name in names),
    )


def column(flow: str, register: str) -> str:
    """The name of a flow's column of electricity; its total's is the flow's own."""
    return flow if register == "total" else f"{flow}_{register}"


VOLUME = Register(LITRES, OFFTAKE, "total", Unit.M3)
METERED_ENERGY = Register(ENERGY, OFFTAKE, "total", Unit.KWH, with_factor=True)
HEADPOINT_ENERGY = Register(DEFINITIVE_ENERGY, OFFTAKE, "total", Unit.KWH)
TENANT_ENERGY = Register(TENANT, OFFTAKE, "total", Unit.KWH)

FLOWS = (OFFTAKE, INJECTION, PRODUCTION, AUXILIARY, TENANT)
"""The flows of electricity that may be metered."""
