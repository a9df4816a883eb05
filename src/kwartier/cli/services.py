"""The words of the command line for what a mandate opens."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from cyclopts import Parameter

from kwartier.fluvius import DataServiceType

Service = Literal["day", "quarter"]

SERVICES: Final[dict[str, DataServiceType]] = {
    "day": DataServiceType.VH_DAG,
    "quarter": DataServiceType.VH_KWARTIER_UUR,
}


def _each_once(_type: object, chosen: tuple[Service, ...] | None) -> None:
    if chosen is not None and (not chosen or len(set(chosen)) < len(chosen)):
        raise ValueError("Name day, quarter, or both, each once.")


Services = Annotated[
    tuple[Service, ...] | None,
    Parameter(
        negative="",
        show_default=False,
        validator=_each_once,
        help="day values or quarters (gas: hours); may be given twice; without it both",
    ),
]
BOTH: Final[tuple[Service, ...]] = ("day", "quarter")
