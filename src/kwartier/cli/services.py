"""The words of the command line for what a mandate opens."""

from __future__ import annotations

from typing import Final, Literal

from kwartier.fluvius import DataServiceType

Service = Literal["day", "quarter"]

SERVICES: Final[dict[str, DataServiceType]] = {
    "day": DataServiceType.VH_DAG,
    "quarter": DataServiceType.VH_KWARTIER_UUR,
}
