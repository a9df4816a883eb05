"""How much of their peak power solar panels give under a clear sky, anywhere in the Low Countries.

Panels that face south, by the height of the sun; a quarter of an hour is counted in UTC.
"""

from __future__ import annotations

import math

import numpy as np

from kwartier.emulator.metering.noise import Floats

PANEL_GAIN = 1.28
"""Panels are tilted towards the sun; what they give is at most :data:`MOST`."""
MOST = 0.92


def _clear_sky() -> Floats:
    latitude, table = math.radians(50.9), np.zeros((366, 96))
    for day in range(366):
        tilt = math.radians(-23.44) * math.cos(2 * math.pi * (day + 10) / 365.25)
        for quarter in range(96):
            angle = math.radians((quarter / 4 + 0.125 - 11.7) * 15)
            height = math.sin(latitude) * math.sin(tilt) + math.cos(latitude) * math.cos(
                tilt
            ) * math.cos(angle)
            table[day, quarter] = max(height, 0.0) ** 1.15
    return table


CLEAR_SKY = _clear_sky()
"""Share of peak power by day of the year (from 0) and quarter of the day in UTC."""
