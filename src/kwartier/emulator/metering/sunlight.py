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
    latitude = math.radians(50.9)
    angles = [math.radians((quarter / 4 + 0.125 - 11.7) * 15) for quarter in range(96)]
    turns = [math.cos(angle) for angle in angles]
    rows = []
    for day in range(366):
        tilt = math.radians(-23.44) * math.cos(2 * math.pi * (day + 10) / 365.25)
        always = math.sin(latitude) * math.sin(tilt)
        at_noon = math.cos(latitude) * math.cos(tilt)
        rows.append([max(always + at_noon * turn, 0.0) ** 1.15 for turn in turns])
    return np.array(rows)


CLEAR_SKY = _clear_sky()
"""Share of peak power by day of the year (from 0) and quarter of the day in UTC."""
