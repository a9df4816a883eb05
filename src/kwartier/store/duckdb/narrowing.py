"""The questions of which a snapshot about one customer, or one metering point, tells less."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pyarrow as pa

from kwartier.registry import Customer, DataOwner, KnownMandate, LedgerEntry, Reference
from kwartier.registry.consents import Consent
from kwartier.retention import Decision, Held, Receipt
from kwartier.store.duckdb.around import Around
from kwartier.store.duckdb.questions import Questions
from kwartier.store.outcomes import Attempt, Outstanding
from kwartier.store.records import Records


class NarrowQuestions(Questions):
    """They are answered from what is ``around`` it, which is read when it is first asked for. All
    that is asked of series goes through the table that is laid over theirs.
    """

    _around: Around

    def records(self) -> Records:
        return Records(
            customers=self.customers(), references=self.references(), mandates=self.mandates()
        )

    def customers(self) -> list[Customer]:
        return list(self._around.customers)

    def count_customers(self) -> int:
        return len(self._around.customers)

    def references(self) -> list[Reference]:
        return list(self._around.references)

    def data_owners(self) -> list[DataOwner]:
        return list(self._around.data_owners)

    def consents(self) -> list[Consent]:
        return list(self._around.consents)

    def mandates(self, *, after: int = 0, limit: int | None = None) -> list[KnownMandate]:
        return [one for one in self._around.mandates if one.mandate_id > after][:limit]

    def ledger(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        mandates: Collection[int] | None = None,
    ) -> list[LedgerEntry]:
        chosen = set(self._around.mandate_ids if mandates is None else mandates)
        return [
            one
            for one in self._around.ledger
            if one.entry_id > after and one.change.mandate_id in chosen
        ][:limit]

    def turns(self) -> pa.Table:
        return self._around.turns

    def outstanding(self, sink: str) -> list[Outstanding]:
        known = set(self._around.mandate_ids)
        found = super().outstanding(sink)
        return [one for one in found if one.entry.change.mandate_id in known]

    def deliveries(self) -> dict[str, list[Attempt]]:
        return dict(self._around.deliveries)

    def decisions(self) -> list[Decision]:
        return list(self._around.decisions)

    def held(self) -> list[Held]:
        return list(self._around.held)

    def synced_at(self, provider: str | None = None) -> datetime | None:
        return self._around.synced_at if provider is None else super().synced_at(provider)

    def receipts(self) -> list[Receipt]:
        return list(self._around.receipts)
