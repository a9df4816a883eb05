"""Who lives behind an EAN: its traits, read off its digits or drawn by its hash.

What the digits before ``xxx`` say is told in :mod:`kwartier.emulator.metering.sandbox_ean`. The
hundreds digit of xxx picks the kind of household:

| xxx     | electricity                                   | gas                           |
|---------|-----------------------------------------------|-------------------------------|
| 000-199 | plain household                               | heating and hot water         |
| 200-399 | with an electric vehicle                      | heating and hot water         |
| 400-599 | with a heat pump                              | hot water and cooking only    |
| 600-699 | with a heat pump and an electric vehicle      | hot water and cooking only    |
| 700-799 | small flat                                    | small flat                    |
| 800-899 | small shop, busy on working days              | small shop                    |
| 900-999 | plain, quarter-hours are not switched on      | plain, hours not switched on  |

A company is of the same kinds, 8 to 25 times as large.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kwartier.emulator.metering.noise import Draws, Stream, key_of
from kwartier.emulator.metering.sandbox_ean import Connection, connection_of
from kwartier.emulator.metering.weather import REGIONS
from kwartier.vocabulary.energy import ELECTRICITY, GAS

METER_PREFIX = {ELECTRICITY: "1SAG", GAS: "1FLO"}

_LUCK = np.arange(10)
_NUMBERS = np.array([99, 98])


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the load profiles need to know. Powers in W, ``solar_peak`` in W of peak power.

    ``scale`` multiplies all of it; ``tenant_share`` is the tenant's part of what is used, in
    percent.
    """

    ean: str
    key: int
    seed: int
    connection: Connection
    region: str
    meter_id: str
    vreg_id: str
    fine_series: bool
    shop: bool
    scale: int
    size: float
    base_load: float
    solar_peak: float
    solar_shift: int
    charger: int
    heat_pump: float
    gas_heating: float
    tenant_share: int

    def __hash__(self) -> int:
        return self.key

    @property
    def energy_type(self) -> str:
        return self.connection.energy_type

    @property
    def injects(self) -> bool:
        return self.connection.injects


@lru_cache(maxsize=1 << 13)
def household_of(ean: str, seed: int) -> Household:
    """The household behind a sandbox EAN in the world of ``seed``."""
    key, connection = key_of(seed, ean), connection_of(ean)
    luck = Draws(key, (Stream.TRAIT,), _LUCK).uniform(Stream.TRAIT).tolist()
    numbers = Draws(key, (Stream.TRAIT,), _NUMBERS).whole(Stream.TRAIT, 0, 10**10 - 1).tolist()
    kind = int(ean[15])
    flat, shop = kind == 7, kind == 8
    heat_pump = kind in {4, 5, 6}
    solar = connection.injects or connection.plant
    return Household(
        ean=ean,
        key=key,
        seed=seed,
        connection=connection,
        region=REGIONS[int(luck[1] * len(REGIONS))],
        meter_id=f"{METER_PREFIX[connection.energy_type]}{numbers[0]:010d}",
        vreg_id=f"PV{numbers[1]:010d}",
        fine_series=kind != 9,
        shop=shop,
        scale=8 + int(18 * luck[8]) if connection.large else 1,
        size=(0.7 + 0.6 * luck[0]) * (0.5 if flat else 1.0),
        base_load=(90 + 80 * luck[2]) * (0.5 if flat else 1.0),
        solar_peak=(4000 + 1500 * luck[3]) * (0.45 if flat else 1.0) if solar else 0.0,
        solar_shift=int(luck[4] * 9) - 4,
        charger=(7400 if luck[5] < 0.6 else 11000) if kind in {2, 3, 6} else 0,
        heat_pump=55 + 35 * luck[6] if heat_pump else 0.0,
        gas_heating=0.0 if heat_pump else (16 + 11 * luck[7]) * (0.4 if flat else 1.0),
        tenant_share=15 + int(30 * luck[9]) if connection.tenant else 0,
    )
