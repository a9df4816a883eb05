"""What a call is: declared once, for the routes and for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any, Final

import pyarrow as pa

from kwartier.api.context import ApiContext
from kwartier.api.cursors import cursor_of, key_of
from kwartier.api.formats import FORMS, JSON, as_json
from kwartier.api.parameters import Given, Parameter, number, text
from kwartier.api.problems import Problem
from kwartier.api.scopes import Scope
from kwartier.api.spool import spooled
from kwartier.api.standing import Standings
from kwartier.api.values import key_of_last, rows_after
from kwartier.office.access_log import note_access
from kwartier.office.api_keys import ApiKey

LIMIT: Final = number("limit", "how many rows a page has", least=1, most=10_000, default=1_000)
CURSOR: Final = text("cursor", "where to go on: the `next` of the page before", longest=2_000)
PAGE: Final = (LIMIT, CURSOR)


class Mark(StrEnum):
    """What an answer depends on, and its ETag with it."""

    STORE = "store"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer in JSON."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An answer in another form: a spooled file, and its name; None where only the headers are
    asked for.
    """

    file: IO[bytes] | None
    name: str


Answer = Told | Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call by ``key``, checked: what was given, and the form that the answer is to have.

    ``query`` names the list that is asked for, whatever page of it.
    """

    context: ApiContext
    standings: Standings
    key: ApiKey
    given: Given
    body: Any
    media_type: str
    is_compressed: bool
    is_head: bool
    query: str
    headers: Mapping[str, str]

    def looked(self, customer_id: str | None, detail: str) -> None:
        """Note in the access log that the key's owner sees data of a customer, or of all."""
        if not self.is_head:
            self.did("looked", customer_id, detail)

    def did(self, action: str, customer_id: str | None, detail: str) -> None:
        """Note in the access log what the key's owner did."""
        note_access(
            self.context.office,
            at=self.context.wall_clock(),
            actor=self.key.name,
            action=action,
            customer_id=customer_id,
            detail=f"API: {detail}",
        )

    def cursor_key(self, *types: type) -> list[Any] | None:
        """The key in the cursor that was given, whose members are of these types; None: none."""
        cursor = self.given["cursor"]
        return None if cursor is None else key_of(cursor, self.query, types)

    def page(self, items: Sequence[Any], key: Sequence[str | int | None] | None) -> Told:
        """A page of a list; the next begins after ``key``, which is None at the end."""
        following = None if key is None else cursor_of(self.query, key)
        return Told(value={"items": items, "next": following})

    def table(
        self,
        name: str,
        schema: pa.Schema,
        order: Sequence[str],
        tables: Callable[[Sequence[Any] | None], Iterator[pa.Table]],
    ) -> Answer:
        """A table in the form that was asked for: JSON a page at a time, the others whole.

        ``tables`` gives the rows in ``order``, from about the one whose key it is given.
        """
        if self.media_type == JSON:
            return self._table_page(schema, order, tables)
        if self.given["cursor"] is not None:
            rule = "is for JSON: the other forms have no pages, they hold all there is"
            raise Problem(400, f"cursor: {rule}", field="cursor")
        form = FORMS[self.media_type]
        if self.is_head:
            return Filed(file=None, name=f"{name}.{form.ending}")
        file = spooled(
            lambda opened: form.write(opened, schema, tables(None)),
            self.context.store_path.absolute().parent,
            is_compressed=self.is_compressed,
        )
        return Filed(file=file, name=f"{name}.{form.ending}")

    def _table_page(
        self,
        schema: pa.Schema,
        order: Sequence[str],
        tables: Callable[[Sequence[Any] | None], Iterator[pa.Table]],
    ) -> Told:
        after, limit = self.cursor_key(*[str] * len(order)), self.given["limit"]
        found = [schema.empty_table()]
        for table in tables(after):
            found.append(rows_after(table, order, after))
            if sum(one.num_rows for one in found) > limit:
                break
        rows = pa.concat_tables(found)
        page = rows.slice(0, limit)
        more = rows.num_rows > limit
        return self.page(as_json(page), key_of_last(page, order) if more else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a call takes in its body: JSON of ``type``."""

    type: Any
    about: str
    media_types: tuple[str, ...] = (JSON,)
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call: where, what it takes and needs, what it answers, and who does it.

    ``answers`` is the type of a JSON answer, or the name of a table's rows; ``statuses`` with which
    it succeeds. ``refuses`` are statuses of problems beside those that any call may have. ``marks``
    are all that the answer depends on: with them, whoever has it already is told so before it is
    read; without, the ETag is that of the answer itself. ``waits`` comes before, and may take its
    time.
    """

    method: str
    path: str
    name: str
    summary: str
    tag: str
    scope: Scope | None
    handle: Callable[[Call], Answer]
    answers: Any
    about: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    statuses: Mapping[int, str] = field(default_factory=lambda: {200: "The answer."})
    refuses: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    waits: Callable[[Call], Awaitable[None]] | None = None

    @property
    def is_table(self) -> bool:
        """Whether it answers a table, in any of the forms."""
        return isinstance(self.answers, str)

    @property
    def forms(self) -> tuple[str, ...]:
        """The media types of its answers, the usual one first."""
        return (JSON, *FORMS) if self.is_table else (JSON,)
