"""What flows, in which direction, and where it is metered: the measurements table's words."""

from __future__ import annotations

from typing import Final

ELECTRICITY: Final = "electricity"
GAS: Final = "gas"
HEAT: Final = "heat"
HOT_WATER: Final = "hot_water"
COOLING: Final = "cooling"

OFFTAKE: Final = "offtake"
INJECTION: Final = "injection"
PRODUCTION: Final = "production"
AUXILIARY: Final = "auxiliary"

HEADPOINT: Final = "headpoint"
METER: Final = "meter"
SUB_HEADPOINT: Final = "sub_headpoint"
