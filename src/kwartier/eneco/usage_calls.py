"""Usages and metadata of a data owner."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from kwartier.eneco.decode import DecodedUsages, read_usages
from kwartier.eneco.errors import DecodeError
from kwartier.eneco.operation import Api, data_owner
from kwartier.eneco.paging import BackPaging
from kwartier.eneco.replies import UsagesReply, read_usages_message, reader, usages_reader
from kwartier.eneco.timestamps import Timestamps
from kwartier.transport import Call, Conversation, Exchange, Operation
from kwartier.transport.protocol import Steps
from kwartier.vocabulary import arguments
from kwartier.vocabulary.arguments import Moment
from kwartier.vocabulary.interval import Interval
from kwartier.wire.eneco import Metadata, Usages

_METADATA: Final = reader(Metadata)


class UsageCalls(Api):
    """The calls for measurements."""

    __slots__ = ()

    def get_usages(self, data_owner_id: str, end_date: Moment | None = None) -> Operation[Usages]:
        """The hours of one page until ``end_date`` (exclusive), or the newest there are.

        ``data_owner_id``: a UUID. ``end_date``: not later than now.

        Returns ``start_date`` and ``end_date``, as text, and ``usage_channels``; each has
        ``channel_id``, ``unit`` and ``usage_records`` with ``timestamp`` (text) and ``amount``.
        The page before ends at its ``start_date``.

        Errors: InputError before anything is sent, EnecoAPIError afterwards (ForbiddenError: no
        active contract for this data owner), DecodeError.

        Source: Eneco DataShare v1, ``GET {dataOwnerId}/heat/usages``.
        """
        return Operation(self._page(data_owner(data_owner_id), end_date), read_usages_message)

    def fetch_usages(
        self, data_owner_id: str, end_date: Moment | None = None
    ) -> Operation[UsagesReply]:
        """The same as bytes, for an archive or for ``decode_usages``.

        Returns a ``UsagesReply``: the reply's ``body`` exactly as it came, ``fetched_at`` (UTC,
        from its Date header), and ``metering_point``, the data owner.

        Errors: as of ``get_usages``.
        """
        owner = data_owner(data_owner_id)
        return Operation(self._page(owner, end_date), usages_reader(owner))

    def usages_table(
        self,
        data_owner_id: str,
        from_date: Moment,
        to_date: Moment | None = None,
        *,
        timestamps: Timestamps = Timestamps(),  # noqa: B008 - it is frozen
    ) -> Conversation[list[DecodedUsages]]:
        """A span of any length as a measurements table: page after page, from the newest back.

        ``data_owner_id``: a UUID. From ``from_date`` until ``to_date`` (exclusive; None: now).
        ``timestamps`` says what a timestamp without a zone means, and which end of its hour it
        names. Less comes back where less is available. Warns (UndecodedWarning) of what could not
        be read.

        Returns a ``pyarrow.Table`` with a row for each hour of each channel, every one once.

        Errors: as of ``get_usages``.
        """
        now = self.now()
        end = arguments.optional(arguments.instant, to_date, "to_date") or now
        start = arguments.instant(from_date, "from_date")
        arguments.check_order(start, end, "to_date", "from_date")
        span = Interval(start, end)
        return Conversation(
            partial(self._back_through, data_owner(data_owner_id), span, timestamps)
        )

    def get_metadata(self, data_owner_id: str) -> Operation[Metadata]:
        """Where heat is delivered to this data owner: personal data, left out of ``repr``.

        ``data_owner_id``: a UUID. Returns ``delivery_address``; None if there is none.

        Errors: as of ``get_usages``. Source: ``GET {dataOwnerId}/heat/metadata``; the members of
        the address are our reading.
        """
        return Operation(self.get(data_owner(data_owner_id), "metadata"), _METADATA)

    def _page(self, owner: str, end_date: Moment | None) -> Call:
        end = arguments.optional(arguments.instant, end_date, "end_date")
        if end is None:
            return self.get(owner, "usages")
        arguments.check_not_future(end, self.now(), "end_date")
        return self.get(owner, "usages", {"endDate": arguments.wire_time(end)})

    def _back_through(
        self, owner: str, span: Interval, timestamps: Timestamps, exchange: Exchange
    ) -> Steps[list[DecodedUsages]]:
        paging = BackPaging(span, now=self.now())
        pages: list[DecodedUsages] = []
        end = paging.first
        while True:
            reply = yield from self.fetch_usages(owner, end).steps(exchange)
            page = read_usages(
                reply.body,
                metering_point=owner,
                fetched_at=reply.fetched_at,
                timestamps=timestamps,
            )
            pages.append(replace(page, table=_within(page.table, span)))
            if page.start is None and page.channels:
                raise DecodeError(
                    "the reply does not say where it begins (startDate), so the page before it "
                    "cannot be asked for; fetch_usages gives the reply itself"
                )
            end = paging.following(page.start, page.channels) if page.start else None
            if end is None:
                return pages[::-1]


def _within(table: pa.Table, span: Interval) -> pa.Table:
    start = table["start"]
    return table.filter(pc.and_(pc.greater_equal(start, span.start), pc.less(start, span.end)))
