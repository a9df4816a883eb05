"""All customers by how far they have come: searched, filtered, a page at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor, address
from kwartier.funnel import Board, Found, Need, Progress, Sorting, Stage
from kwartier.registry.customers import FLOWS
from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.provider import PROVIDERS
from kwartier.web.csv_lines import csv_line

PATH: Final = "/customers"
_PER_PAGE: Final = 50
_LONGEST_TEXT: Final = 200
_ANY: Final = "any"
_CSV: Final = (
    "customer_id",
    "label",
    "contact",
    "flow",
    "providers",
    "stage",
    "since",
    "days_left",
    "expected_eans",
    "granted_eans",
    "missing",
    "needs",
    "statuses",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of the list is wanted, as the address says; words that are none count as not said."""

    text: str = ""
    stage: str = ""
    provider: str = ""
    flow: str = ""
    need: str = ""
    order: str = Sorting.LABEL.value

    @classmethod
    def of(cls, visitor: Visitor) -> Filter:
        """That of the address."""
        return cls(
            text=visitor.query("q")[:_LONGEST_TEXT],
            stage=_one_of(visitor.query("stage"), Stage),
            provider=_one_of(visitor.query("provider"), PROVIDERS),
            flow=_one_of(visitor.query("flow"), FLOWS),
            need=_one_of(visitor.query("need"), (_ANY, *Need)),
            order=_one_of(visitor.query("order"), Sorting) or Sorting.LABEL.value,
        )

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is left out."""
        return replace(self, order=Sorting.LABEL.value) == Filter()

    def address(self, *, page: int = 1, path: str = PATH, **other: str) -> str:
        """Where the same list is, but for what is said ``other``."""
        told = replace(self, **other)
        return address(
            path,
            q=told.text,
            stage=told.stage,
            provider=told.provider,
            flow=told.flow,
            need=told.need,
            order="" if told.order == Sorting.LABEL else told.order,
            page="" if page == 1 else str(page),
        )

    def for_log(self, found: str, *, page: int = 1) -> str:
        """What was ``found``, and by what, as the access log has it. It outlives the customers, so
        that what was searched for is not in it.
        """
        filtered = self.address(path="", text="", page=page).replace("&", ", ").lstrip("?")
        how = ["by a search"] if self.text else []
        return ", ".join([found, *how, *([filtered] if filtered else [])])

    def find(self, board: Board, *, offset: int, limit: int | None) -> Found:
        """The customers themselves."""
        needs: bool | frozenset[Need] = bool(self.need)
        if self.need not in ("", _ANY):
            needs = frozenset({Need(self.need)})
        return board.find(
            text=self.text,
            stage=Stage(self.stage) if self.stage else None,
            provider=self.provider or None,
            flow=self.flow or None,
            needs_work=needs,
            order=Sorting(self.order),
            offset=offset,
            limit=limit,
        )


async def show_customers(_: Request, visitor: Visitor) -> Response:
    """A page of the list; for a script only what changes with the filter."""
    wanted, board = Filter.of(visitor), visitor.context.board
    number = _page_number(visitor.query("page"))
    found = await asyncio.to_thread(
        lambda: wanted.find(board, offset=(number - 1) * _PER_PAGE, limit=_PER_PAGE)
    )
    if found.total and not found.rows:  # past the end: the last page
        number = -(-found.total // _PER_PAGE)
        found = await asyncio.to_thread(
            lambda: wanted.find(board, offset=(number - 1) * _PER_PAGE, limit=_PER_PAGE)
        )
    about = wanted.for_log(f"customers: {found.total} found", page=number)
    await visitor.note_list(about, len(found.rows))
    values = _values(wanted, found, number)
    if visitor.is_htmx:
        response = visitor.part("customers_found.html", **values)
        response.headers["hx-push-url"] = wanted.address(page=number)
        return response
    response = visitor.page("customers.html", title="Customers", **values)
    if found.as_of is None:
        response.headers["refresh"] = "2"
    response.headers["vary"] = "hx-request"
    return response


async def send_csv(_: Request, visitor: Visitor) -> Response:
    """All that the filter lets through, for a spreadsheet."""
    wanted, context = Filter.of(visitor), visitor.context
    found = await asyncio.to_thread(lambda: wanted.find(context.board, offset=0, limit=None))
    about = wanted.for_log(f"customers: {found.total} found")
    await asyncio.to_thread(visitor.note, "exported the list of customers", None, about)
    headers = {"content-disposition": 'attachment; filename="customers.csv"'}
    return StreamingResponse(
        _lines(found.rows), media_type="text/csv; charset=utf-8", headers=headers
    )


def _values(wanted: Filter, found: Found, number: int) -> dict[str, Any]:
    pages = max(1, -(-found.total // _PER_PAGE))
    everybody = sum(found.counts_by_stage.values())
    return {
        "wanted": wanted,
        "found": found,
        "everybody": everybody,
        "first": (number - 1) * _PER_PAGE + 1,
        "page_number": number,
        "pages": pages,
        "before": wanted.address(page=number - 1) if number > 1 else None,
        "after": wanted.address(page=number + 1) if number < pages else None,
        "as_csv": wanted.address(path=f"{PATH}.csv"),
        "bars": [_bar(wanted, stage, found.counts_by_stage) for stage in Stage],
        "stages": Stage,
        "providers": PROVIDERS,
        "flows": FLOWS,
        "needs": Need,
        "sortings": Sorting,
    }


def _bar(wanted: Filter, stage: Stage, counts: Any) -> dict[str, Any]:
    """One stage of the funnel: how many, how wide, and where a click leads."""
    is_chosen = wanted.stage == stage
    most = max(counts.values(), default=0) or 1
    return {
        "stage": stage,
        "count": counts.get(stage, 0),
        "width": round(100 * counts.get(stage, 0) / most, 1),
        "is_chosen": is_chosen,
        "href": wanted.address(stage="" if is_chosen else stage.value),
    }


def _lines(rows: Sequence[Progress]) -> Iterator[str]:
    yield csv_line(_CSV)
    for one in rows:
        since = one.since
        yield csv_line(
            [
                one.customer_id,
                one.label,
                one.contact or "",
                one.flow,
                " ".join(one.providers),
                one.stage,
                "" if since is None else since.astimezone(BRUSSELS).isoformat(timespec="seconds"),
                *(
                    "" if number is None else str(number)
                    for number in (one.days_left, one.expected_eans, one.granted_eans, one.missing)
                ),
                " ".join(one.needs),
                " ".join(one.statuses),
            ]
        )


def _one_of(text: str, words: Any) -> str:
    return text if text in [str(word) for word in words] else ""


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1


ROUTES: Final[Sequence[Declared]] = (page(PATH, show_customers), page(f"{PATH}.csv", send_csv))
