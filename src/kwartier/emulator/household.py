"""Who lives behind an EAN: its traits, read off its digits or drawn by its hash.

The sandbox's EANs read ``54144 e d g 0000000 xxx``: e is the energy (0 electricity, 1 gas), d the
direction (0 offtake, 1 with injection: the household has solar panels), g the granularity. Both
granularities are there for every EAN; what is shown is the mandate's matter. The hundreds digit
of xxx picks the kind of household:

| xxx     | electricity                                   | gas                           |
|---------|-----------------------------------------------|-------------------------------|
| 000-199 | plain household                               | heating and hot water         |
| 200-399 | with an electric vehicle                      | heating and hot water         |
| 400-599 | with a heat pump                              | hot water and cooking only    |
| 600-699 | with a heat pump and an electric vehicle      | hot water and cooking only    |
| 700-799 | small flat                                    | small flat                    |
| 800-899 | small shop, busy on working days              | small shop                    |
| 900-999 | plain, quarter-hours are not switched on      | plain, hours not switched on  |
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kwartier.emulator.noise import Stream, key_of, uniform, whole
from kwartier.emulator.weather import REGIONS
from kwartier.vocabulary.energy import ELECTRICITY, GAS

_SANDBOX = re.compile(r"54144(?:0[01]|10)[01]0000000[0-9]{3}")

SANDBOX_EANS = (
    "54144 e d g 0000000 xxx, where e is 0 for electricity or 1 for gas, d is 0 for offtake or 1 "
    "for offtake and injection (electricity only), g is 0 for day values or 1 for quarter-hours "
    "(gas: hours), and xxx is any three digits"
)
"""The pattern of the sandbox's EANs, for people."""

METER_PREFIX = {ELECTRICITY: "1SAG", GAS: "1FLO"}


def is_sandbox_ean(ean: str) -> bool:
    """Whether the sandbox knows it: six blocks of a thousand; gas with injection is not one."""
    return _SANDBOX.fullmatch(ean) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the load profiles need to know. Powers in W, ``solar_peak`` in W of peak power."""

    ean: str
    key: int
    seed: int
    energy_type: str
    region: str
    meter_id: str
    injects: bool
    fine_series: bool
    shop: bool
    size: float
    base_load: float
    solar_peak: float
    solar_shift: int
    charger: int
    heat_pump: float
    gas_heating: float


def household_of(ean: str, seed: int) -> Household:
    """The household behind a sandbox EAN in the world of ``seed``."""
    key = key_of(seed, ean)
    luck = uniform(key, Stream.TRAIT, range(8)).tolist()
    energy_type = GAS if ean[5] == "1" else ELECTRICITY
    injects, kind = ean[6] == "1", int(ean[15])
    flat, shop = kind == 7, kind == 8
    size = 0.7 + 0.6 * luck[0]
    number = int(whole(key, Stream.TRAIT, 99, 0, 10**10 - 1)[0])
    heat_pump = kind in {4, 5, 6}
    return Household(
        ean=ean,
        key=key,
        seed=seed,
        energy_type=energy_type,
        region=REGIONS[int(luck[1] * len(REGIONS))],
        meter_id=f"{METER_PREFIX[energy_type]}{number:010d}",
        injects=injects,
        fine_series=kind != 9,
        shop=shop,
        size=size * (0.5 if flat else 1.0),
        base_load=(90 + 80 * luck[2]) * (0.5 if flat else 1.0),
        solar_peak=(4000 + 1500 * luck[3]) * (0.45 if flat else 1.0) if injects else 0.0,
        solar_shift=int(luck[4] * 9) - 4,
        charger=(7400 if luck[5] < 0.6 else 11000) if kind in {2, 3, 6} else 0,
        heat_pump=55 + 35 * luck[6] if heat_pump else 0.0,
        gas_heating=0.0 if heat_pump else (16 + 11 * luck[7]) * (0.4 if flat else 1.0),
    )
