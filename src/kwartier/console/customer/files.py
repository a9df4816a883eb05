"""Values and totals of a metering point to take away, as CSV."""

from __future__ import annotations

import asyncio
import io
from typing import Final

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response

from kwartier.analysis import TOTALS_SCHEMA, Period, totals
from kwartier.console.customer.asking import about_point, chosen_flow
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.visitor import Visitor
from kwartier.export.sheets import put_csv
from kwartier.store import Store
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.local_time import Month

COLUMNS: Final = (
    "metering_point",
    "energy_type",
    "source",
    "meter_id",
    "sub_headpoint",
    "granularity",
    "direction",
    "register",
    "unit",
    "start",
    "end",
    "value",
    "validation_state",
    "gas_conversion_factor",
    "fetched_at",
)


async def send_values(_: Request, visitor: Visitor) -> Response:
    """The values as the provider gave them, of one month or of all time."""

    def read(store: Store, _: Looked, point: Point) -> tuple[Point, pa.Table]:
        energy_type, granularity = chosen_flow(visitor, point)
        within = _month(visitor, energy_type)
        values = point.values(
            store, energy_type=energy_type, granularity=granularity, within=within
        )
        order = [(name, "ascending") for name in ("direction", "register", "unit", "start")]
        return point, _as_text(values).sort_by(order)

    point, table = await about_point(visitor, read)
    return await _csv(visitor, table, f"values-{point.metering_point}")


async def send_days(_: Request, visitor: Visitor) -> Response:
    """The totals by local day, of one month or of all time."""

    def read(store: Store, _: Looked, point: Point) -> tuple[Point, pa.Table]:
        energy_type, _granularity = chosen_flow(visitor, point)
        if point.now is None:
            return point, TOTALS_SCHEMA.empty_table()
        within = _month(visitor, energy_type)
        values = point.values(store, energy_type=energy_type, within=within)
        permitted = point.permissions(energy_type, within)
        declared = visitor.context.policies.centigrade or Centigrade.UNKNOWN
        return point, totals(values, permitted, point.now, by=Period.DAY, centigrade=declared)

    point, table = await about_point(visitor, read)
    return await _csv(visitor, table, f"days-{point.metering_point}")


def _as_text(values: pa.Table) -> pa.Table:
    """The columns to be told, words as they are written."""
    told = {name: values[name] for name in COLUMNS}
    words = {
        name: column.cast(pa.string())
        for name, column in told.items()
        if pa.types.is_dictionary(column.type)
    }
    return pa.table(told | words)


def _month(visitor: Visitor, energy_type: str) -> Interval | None:
    text = visitor.query("month")
    return Month.parse(text).interval(energy_type) if text else None


async def _csv(visitor: Visitor, table: pa.Table, name: str) -> Response:
    for_excel = visitor.query("for") == "excel"

    def write() -> bytes:
        text = io.StringIO(newline="")
        put_csv(table, text, for_excel=for_excel)
        return text.getvalue().encode("utf-8-sig")

    month = visitor.query("month")
    filename = "-".join(filter(None, (name, month))) + ".csv"
    return Response(
        await asyncio.to_thread(write),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{filename}"'},
    )
