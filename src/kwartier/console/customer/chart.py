"""A metering point's values drawn, the days of a month as numbers, and both to take away."""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response

from kwartier.analysis import TOTALS_SCHEMA, Period, curves_of, totals
from kwartier.console.customer.asking import about_point, chosen_flow
from kwartier.console.customer.beside import Beside, beside
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.customer.packing import packed
from kwartier.console.visitor import Visitor
from kwartier.store import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.energy import GAS
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import Month, day_of

FASTEST: Final = 1
"""How hard curves are compressed: what takes longer costs more than it saves on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page tells: the ``days`` of ``month``; ``earlier`` and ``later`` are the months
    beside it that there are.
    """

    looked: Looked
    point: Point
    energy_type: str
    granularity: Granularity
    month: Month | None
    earlier: Month | None
    later: Month | None
    days: Beside

    @property
    def day_begins(self) -> str:
        """When a day of it begins."""
        return "06:00" if self.energy_type == GAS else "00:00"


async def show_chart(_: Request, visitor: Visitor) -> Response:
    """The page that draws, with the days of one month beneath as numbers."""

    def read(store: Store, looked: Looked, point: Point) -> Shown:
        energy_type, granularity = chosen_flow(visitor, point)
        months = _months(point, energy_type)
        text = visitor.query("month")
        month = Month.parse(text) if text else months[-1] if months else None
        table = TOTALS_SCHEMA.empty_table()
        if month is not None:
            table = _days(store, point, energy_type, month, visitor)
        return Shown(
            looked=looked,
            point=point,
            energy_type=energy_type,
            granularity=granularity,
            month=month,
            earlier=max((one for one in months if month and one < month), default=None),
            later=min((one for one in months if month and one > month), default=None),
            days=beside(table),
        )

    found = await about_point(visitor, read)
    title = f"Values of {found.point.metering_point}"
    return visitor.page("customer/chart.html", title=title, found=found)


async def send_curves(request: Request, visitor: Visitor) -> Response:
    """All curves of one series of slices, for the script that draws."""

    def read(store: Store, _: Looked, point: Point) -> tuple[Point, str, Granularity, pa.Table]:
        energy_type, granularity = chosen_flow(visitor, point)
        values = point.values(store, energy_type=energy_type, granularity=granularity)
        return point, energy_type, granularity, values

    def pack(
        point: Point, energy_type: str, granularity: Granularity, values: pa.Table
    ) -> tuple[bytes, dict[str, str]]:
        permission = point.permission(energy_type, granularity)
        # Without a permission there is no curve, whatever the time.
        now = point.now or visitor.now
        content = packed(curves_of(values, permission, now), granularity)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return content, {}
        compressor = zlib.compressobj(FASTEST, wbits=31)
        gzip = compressor.compress(content) + compressor.flush()
        return gzip, {"content-encoding": "gzip"}

    found = await about_point(visitor, read)
    content, headers = await asyncio.to_thread(pack, *found)
    headers |= {"vary": "accept-encoding"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _months(point: Point, energy_type: str) -> list[Month]:
    """The months of which anything may be seen."""
    found = set()
    for permission in point.permissions(energy_type):
        for part in permission.intervals:
            month = Month.of(day_of(part.start, energy_type))
            last = Month.of(day_of(part.end, energy_type))
            while month <= last:
                found.add(month)
                month = month.plus(1)
    return sorted(found)


def _days(store: Store, point: Point, energy_type: str, month: Month, visitor: Visitor) -> pa.Table:
    """The totals of the days of a month."""
    within = month.interval(energy_type)
    now = point.now or visitor.now
    values = point.values(store, energy_type=energy_type, within=within)
    permissions = point.permissions(energy_type, within)
    declared = visitor.context.policies.centigrade or Centigrade.UNKNOWN
    return totals(values, permissions, now, by=Period.DAY, centigrade=declared)
