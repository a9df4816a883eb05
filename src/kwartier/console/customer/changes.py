"""What changed of values that were known: when, from what to what, and by which fetch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.analysis.changes import DECIMALS, changes_by_month
from kwartier.console.customer.asking import about_point
from kwartier.console.customer.looking import Looked, Point
from kwartier.console.visitor import Visitor
from kwartier.store import Store

ONE_BY_ONE: Final = 200
"""How many of the latest changes are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the page tells: ``count`` changes summed up ``by_month``, and the ``latest`` of them."""

    looked: Looked
    point: Point
    count: int
    by_month: Sequence[Mapping[str, Any]]
    latest: Sequence[Mapping[str, Any]]


async def show_changes(_: Request, visitor: Visitor) -> Response:
    """Revisions by month, and the latest one by one."""

    def read(store: Store, looked: Looked, point: Point) -> Changes:
        changes = point.changes(store)
        latest = changes.slice(max(0, changes.num_rows - ONE_BY_ONE)).to_pylist()
        by_month = changes_by_month(changes).to_pylist()
        return Changes(
            looked=looked,
            point=point,
            count=changes.num_rows,
            by_month=sorted(by_month, key=lambda row: str(row["month"]), reverse=True),
            latest=[_with_difference(row) for row in reversed(latest)],
        )

    found = await about_point(visitor, read)
    title = f"Changes of {found.point.metering_point}"
    return visitor.page("customer/changes.html", title=title, found=found)


def _with_difference(row: dict[str, Any]) -> dict[str, Any]:
    """By how much it changed; None where a value was, or is, missing."""
    was, became = row["value"], row["new_value"]
    is_known = was is not None and became is not None
    return row | {"difference": round(became - was, DECIMALS) if is_known else None}
