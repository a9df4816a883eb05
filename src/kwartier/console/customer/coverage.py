"""How complete a metering point is, by month and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kwartier.analysis import meter_exchanges
from kwartier.console.customer.asking import about_point, chosen_flow
from kwartier.console.customer.calendar import LEGEND, MonthRow, calendar_of, shares
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.visitor import Visitor
from kwartier.store import Store
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.granularity import Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the page tells."""

    looked: Looked
    point: Point
    energy_type: str
    granularity: Granularity
    months: Sequence[MonthRow]
    in_words: str
    exchanges: Sequence[dict[str, Any]]

    @property
    def day_begins(self) -> str:
        """When a day of it begins."""
        return "06:00" if self.energy_type == GAS else "00:00"


async def show_coverage(_: Request, visitor: Visitor) -> Response:
    """The heat map of one series of slices."""

    def read(store: Store, looked: Looked, point: Point) -> Coverage:
        energy_type, granularity = chosen_flow(visitor, point)
        values = point.values(store, energy_type=energy_type, granularity=granularity)
        arrival = visitor.context.policies.arrival
        months = calendar_of(point, values, energy_type, granularity, arrival)
        exchanges = meter_exchanges(values, point.permissions(energy_type)).to_pylist()
        return Coverage(
            looked=looked,
            point=point,
            energy_type=energy_type,
            granularity=granularity,
            months=months,
            in_words=shares(months),
            exchanges=exchanges,
        )

    found = await about_point(visitor, read)
    return visitor.page(
        "customer/coverage.html",
        title=f"Coverage of {found.point.metering_point}",
        found=found,
        legend=LEGEND,
    )
