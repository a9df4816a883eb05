"""Metering points that are permitted and yet bring no values, and the likely reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kwartier.vocabulary.granularity import Granularity


def silent_points(coverage: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The reason per metering point, from the rows of ``month_coverage`` of its whole period."""
    present: dict[str, dict[bool, int]] = {}
    for row in coverage:
        is_day = row["granularity"] == Granularity.DAY
        counts = present.setdefault(row["metering_point"], {})
        counts[is_day] = counts.get(is_day, 0) + row["present"]
    reasons = {}
    for point, counts in present.items():
        if counts.get(False) == 0 and counts.get(True):
            reasons[point] = (
                "day values arrive, quarter-hours do not: the customer has to switch their "
                "registration on in Mijn Fluvius"
            )
        elif not any(counts.values()):
            reasons[point] = "approved, but nothing has arrived yet"
    return reasons
