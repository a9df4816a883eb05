"""The access log: who looked at whose data, and what colleagues decided."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor, address
from kwartier.errors import InputError
from kwartier.office import Office
from kwartier.office.access_log import Access, accesses, actors
from kwartier.office.users import Role
from kwartier.vocabulary.local_time import BRUSSELS, to_utc
from kwartier.web.csv_lines import csv_line

_PATH: Final = "/access"
_PER_PAGE: Final = 100
_PER_READ: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the log is wanted, as it was typed: days are those of Brussels, both included."""

    customer: str
    user: str
    first: str
    last: str

    @classmethod
    def of(cls, visitor: Visitor) -> Filter:
        """That of the address."""
        return cls(
            customer=visitor.query("customer"),
            user=visitor.query("user"),
            first=visitor.query("from"),
            last=visitor.query("to"),
        )

    def query(self) -> dict[str, str]:
        """The same for an address."""
        return {"customer": self.customer, "user": self.user, "from": self.first, "to": self.last}

    def conditions(self) -> dict[str, Any]:
        """The same for the office; InputError for days that are none."""
        return {
            "customer_id": self.customer or None,
            "actor": self.user or None,
            "start": _begins("from", self.first),
            "end": _begins("to", self.last, days_later=1),
        }


async def show_log(_: Request, visitor: Visitor) -> Response:
    """A page of the log, the newest first."""
    wanted, office = Filter.of(visitor), visitor.context.office
    try:
        conditions, says = wanted.conditions(), None
    except InputError as error:
        conditions, says = Filter(customer="", user="", first="", last="").conditions(), str(error)
    entries = await asyncio.to_thread(
        lambda: accesses(
            office,
            **conditions,
            before=visitor.before,
            limit=_PER_PAGE + 1,
        )
    )
    shown = entries[:_PER_PAGE]
    older = {"before": str(shown[-1].entry_id)} if len(entries) > _PER_PAGE else None
    return visitor.page(
        "access.html",
        title="Access log",
        status=400 if says else 200,
        says=says,
        wanted=wanted,
        entries=shown,
        actors=await asyncio.to_thread(actors, office),
        kept=visitor.context.policies.keep_accesses,
        older=older and address(_PATH, **wanted.query(), **older),
        newest=address(_PATH, **wanted.query()) if visitor.before else None,
        as_csv=address(f"{_PATH}.csv", **wanted.query()),
    )


async def send_csv(_: Request, visitor: Visitor) -> Response:
    """All of it that is wanted, for a spreadsheet."""
    wanted, office = Filter.of(visitor), visitor.context.office
    conditions = wanted.conditions()
    told = ", ".join(f"{name} {value}" for name, value in wanted.query().items() if value)
    await asyncio.to_thread(visitor.note, "exported the access log", None, told or None)
    headers = {"content-disposition": 'attachment; filename="access-log.csv"'}
    lines = _lines(office, conditions)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _lines(office: Office, conditions: dict[str, Any]) -> Iterator[str]:
    yield csv_line(["at", "user", "action", "customer", "detail"])
    before: int | None = None
    while entries := accesses(office, **conditions, before=before, limit=_PER_READ):
        yield "".join(map(_entry, entries))
        before = entries[-1].entry_id


def _entry(one: Access) -> str:
    at = one.at.astimezone(BRUSSELS).isoformat(timespec="seconds")
    return csv_line([at, one.actor, one.action, one.customer_id or "", one.detail or ""])


def _begins(field: str, text: str, *, days_later: int = 0) -> datetime | None:
    if not text:
        return None
    try:
        return to_utc(date.fromisoformat(text) + timedelta(days=days_later), field)
    except (ValueError, OverflowError) as error:
        raise InputError(field, "must be a day such as 2026-11-22") from error


ROUTES: Final[Sequence[Declared]] = (
    page(_PATH, show_log, role=Role.PRIVACY_OFFICER),
    page(f"{_PATH}.csv", send_csv, role=Role.PRIVACY_OFFICER),
)
