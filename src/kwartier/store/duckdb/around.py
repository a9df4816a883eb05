"""What the store tells of one customer and its neighbours, or of one metering point and whoever it
is or was shared by: each thing read once, of few rows, however many customers there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property

import duckdb
import pyarrow as pa

from kwartier.registry import Customer, DataOwner, KnownMandate, LedgerEntry, Reference
from kwartier.registry.consents import Consent
from kwartier.retention import Decision, Held, Receipt
from kwartier.store.duckdb import consents, data_owners, extents, ledger, receipts, registry
from kwartier.store.duckdb.records import read_turns
from kwartier.store.duckdb.scan import read_synced_at
from kwartier.store.duckdb.tracing import read_deliveries
from kwartier.store.named_sql import load_sql
from kwartier.store.outcomes import Attempt

_SQL = load_sql(__package__, "around.sql")


class Around:
    """Read from a ``connection`` to which nobody commits meanwhile, so that nothing of it is stale:
    what was never asked for is not read, and what was is not read again.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        customer_id: str | None,
        metering_point: str | None,
    ) -> None:
        self._connection = connection
        self.about = customer_id, metering_point

    @cached_property
    def _own(self) -> list[Reference]:
        customers = [one for one in self.about[:1] if one is not None]
        return registry.read_references(self._connection, customers) if customers else []

    @cached_property
    def mandates(self) -> list[KnownMandate]:
        """The customer's, and those of others on its metering points; or those on the one."""
        found = self._mine + registry.read_mandates_on(self._connection, self.points)
        by_id = {one.mandate_id: one for one in found}
        return [by_id[mandate_id] for mandate_id in sorted(by_id)]

    @cached_property
    def _mine(self) -> list[KnownMandate]:
        numbers = [one.reference_number for one in self._own]
        return registry.read_mandates_under(self._connection, numbers) if numbers else []

    @cached_property
    def points(self) -> list[str]:
        """The metering points of which the values are told."""
        points = [one.mandate.metering_point for one in self._mine]
        numbers = [one.reference_number for one in self._own]  # A data owner's is its point, too.
        return sorted({one for one in (*points, *numbers, self.about[1]) if one is not None})

    @cached_property
    def references(self) -> list[Reference]:
        """The customer's, and those that tell whose the mandates are."""
        numbers = {one.mandate.reference_number for one in self.mandates}
        if numbers <= {one.reference_number for one in self._own}:
            return self._own
        customers = [one for one in self.about[:1] if one is not None]
        return registry.read_references(self._connection, customers, numbers)

    @cached_property
    def customers(self) -> list[Customer]:
        """The customer, and whose the references are."""
        ids = {one.customer_id for one in self.references}
        ids |= {one for one in self.about[:1] if one is not None}
        return registry.read_customers(self._connection, ids)

    @cached_property
    def data_owners(self) -> list[DataOwner]:
        """Those that are the reference of one of the customers."""
        return data_owners.read_data_owners(self._connection, self._numbers)

    @cached_property
    def consents(self) -> list[Consent]:
        """What was agreed to under the references."""
        return consents.read_consents(self._connection, self._numbers)

    @property
    def _numbers(self) -> list[str]:
        return [one.reference_number for one in self.references]

    @cached_property
    def ledger(self) -> list[LedgerEntry]:
        """The changes of the mandates."""
        return ledger.read_ledger(self._connection, mandates=self.mandate_ids)

    @property
    def mandate_ids(self) -> list[int]:
        """The mandates' numbers."""
        return [one.mandate_id for one in self.mandates]

    @cached_property
    def turns(self) -> pa.Table:
        """When the mandates turned what they are."""
        return read_turns(self._connection, self.mandate_ids)

    @cached_property
    def deliveries(self) -> dict[str, list[Attempt]]:
        """Who was told of these changes."""
        return read_deliveries(self._connection, [one.entry_id for one in self.ledger])

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was decided on the mandates, and on none."""
        return receipts.read_decisions(self._connection, self.mandate_ids)

    @cached_property
    def held(self) -> list[Held]:
        """What is held of the metering points, while they are :func:`laid_over`."""
        return extents.read_held(self._connection)

    @cached_property
    def synced_at(self) -> datetime | None:
        """When the latest successful fetch of all was answered."""
        return read_synced_at(self._connection)

    @cached_property
    def receipts(self) -> list[Receipt]:
        """All receipts: whose they are is told by digests."""
        return receipts.read_receipts(self._connection)


@contextmanager
def laid_over(connection: duckdb.DuckDBPyConnection, points: Collection[str]) -> Iterator[None]:
    """Let ``connection`` tell of no other series than those of some metering points while the block
    lasts: a table is found among the temporary ones first.
    """
    connection.execute(_SQL["lay_over"], {"points": list(points)})
    try:
        yield
    finally:
        connection.execute(_SQL["take_away"])
