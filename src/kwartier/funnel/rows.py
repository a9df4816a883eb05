"""The progress of many customers in columns: filtered, searched, ordered without objects."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kwartier.funnel.causes import Cause
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.places import PLACES, Places, Sorting, sorted_places
from kwartier.funnel.progress import progress_of
from kwartier.funnel.reasons import BIT, Bits, CauseCount, Explain, Reasons, counted, with_troubles
from kwartier.funnel.stages import ORDER, Need, Progress, Stage
from kwartier.funnel.trouble import Trouble

_INSTANT: Final = pa.timestamp("us", "UTC")
_BIT: Final = {need: 1 << number for number, need in enumerate(Need)}
_BETWEEN: Final = "\n"
_ROWS_AT_ONCE: Final = 1_000
_MOST_CHUNKS: Final = 64
_FEW: Final = 4
"""Of one in so many rows the text is taken out to be searched alone."""

SCHEMA: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("label", pa.string()),
        ("contact", pa.string()),
        ("flow", pa.string()),
        ("providers", pa.string()),
        ("stage", pa.int8()),
        ("since", _INSTANT),
        *((f"at_{stage}", _INSTANT) for stage in Stage),
        ("days_left", pa.int32()),
        ("expected_eans", pa.int32()),
        ("granted_eans", pa.int32()),
        ("missing", pa.int64()),
        ("needs", pa.int8()),
        ("statuses", pa.string()),
        ("causes", pa.int64()),
        ("explained_until", _INSTANT),
        ("words", pa.large_string()),
    ]
)
_SOUGHT: Final = ("causes", "explained_until", "words")
_SHOWN: Final = [name for name in SCHEMA.names if name not in _SOUGHT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which customers: those of which every word of ``text`` is part of the id, label, contact,
    a reference number or an EAN, and of which the rest holds. ``needs`` are the needs of which
    any is enough; None: whoever. ``cause`` is one of why there is no data, while the runs have
    the troubles that are ``told``.
    """

    text: str = ""
    stage: Stage | None = None
    provider: str | None = None
    flow: str | None = None
    needs: frozenset[Need] | None = None
    cause: Cause | None = None
    told: tuple[Trouble, ...] = ()


class Rows:
    """Customers in the order of their ids, as one table of ``SCHEMA``, and the places that they
    have in every order.
    """

    def __init__(self, table: pa.Table, places: Places) -> None:
        self._table = table
        self._places = places

    @classmethod
    def of(cls, facts: Iterable[CustomerFacts], explain: Explain) -> Rows:
        """The progress of each, and why there is no data, as ``explain`` finds."""
        table = pa.Table.from_batches(_batches(facts, explain), SCHEMA).combine_chunks()
        return cls(table, sorted_places(table))

    @classmethod
    def of_table(cls, table: pa.Table) -> Rows:
        """What :meth:`as_table` told of."""
        places = {sorting: table[name].to_numpy() for sorting, name in PLACES.items()}
        return cls(table.select(SCHEMA.names), Places(places))

    def as_table(self) -> pa.Table:
        """All there is to know of them in one table, for another process."""
        table = self._table
        for sorting, name in PLACES.items():
            table = table.append_column(name, pa.array(self._places.of(sorting)))
        return table

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def with_one(self, customer_id: str, found: Rows | None) -> Rows:
        """The same with one customer as it was ``found`` now, or without it."""
        ids = self._table["customer_id"]
        row = bisect_left(range(len(self)), customer_id, key=lambda row: str(ids[row]))
        is_there = row < len(self) and str(ids[row]) == customer_id
        table, places = self._table, self._places
        if is_there:
            table = pa.concat_tables([table.slice(0, row), table.slice(row + 1)])
            places = places.without(row)
        if found is not None:
            one = found._table
            places = places.with_one(row, one, table)
            table = pa.concat_tables([table.slice(0, row), one, table.slice(row)])
        if table["words"].num_chunks > _MOST_CHUNKS:
            table = table.combine_chunks()
        return Rows(table, places)

    def match(self, wanted: Wanted) -> tuple[npt.NDArray[np.bool_], dict[Stage, int]]:
        """Which rows are wanted, and how many are in each stage, whichever is wanted."""
        mask = self._saying(wanted.text)
        if wanted.provider is not None:
            mask &= pc.match_substring(self._table["providers"], wanted.provider).to_numpy()
        if wanted.flow is not None:
            mask &= pc.equal(self._table["flow"], wanted.flow).to_numpy()
        if wanted.needs is not None:
            bits = sum(_BIT[need] for need in wanted.needs)
            mask &= (self._needs & bits) != 0
        if wanted.cause is not None:
            mask &= (self._causes(wanted.told) & BIT[wanted.cause]) != 0
        counts = np.bincount(self._stages[mask], minlength=len(ORDER))
        if wanted.stage is not None:
            mask &= self._stages == ORDER[wanted.stage]
        return mask, {stage: int(counts[number]) for stage, number in ORDER.items()}

    def _saying(self, text: str) -> npt.NDArray[np.bool_]:
        """The rows with every word of ``text``; the longest, which fewest have, is sought first."""
        words, chosen = self._table["words"], np.arange(len(self))
        for word in sorted(folded(text).split(), key=len, reverse=True):
            are_few = len(chosen) * _FEW < len(self)
            some = words.take(pa.array(chosen)) if are_few else words
            # As a regular expression it is found in half the time.
            said = pc.match_substring_regex(some, re.escape(word)).to_numpy()
            chosen = chosen[said if are_few else said[chosen]]
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[chosen] = True
        return mask

    def page(
        self, mask: npt.NDArray[np.bool_], sorting: Sorting, offset: int, limit: int | None
    ) -> list[Progress]:
        """Some of the rows that ``mask`` lets through, in order."""
        order = self._places.order(sorting)
        last = None if limit is None else offset + limit
        chosen = order[mask[order]][offset:last]
        some = self._table.select(_SHOWN).take(pa.array(chosen))
        return [_progress(row) for row in some.to_pylist()]

    def causes(self, told: Iterable[Trouble]) -> list[CauseCount]:
        """How many customers have each cause, while runs have the troubles that are ``told``."""
        return counted(self._causes(told))

    def _causes(self, told: Iterable[Trouble]) -> Bits:
        return with_troubles(self._table["causes"].to_numpy(), self._are_explained, told)

    def _are_explained(self, trouble: Trouble) -> npt.NDArray[np.bool_]:
        """The customers whose causes ``trouble`` may explain."""
        until = pc.greater_equal(self._table["explained_until"], pa.scalar(trouble.since, _INSTANT))
        own = pc.match_substring(self._table["providers"], trouble.provider)
        are: npt.NDArray[np.bool_] = pc.and_(pc.fill_null(until, False), own).to_numpy()
        return are

    def needing(self) -> dict[Need, int]:
        """How many customers have each need."""
        return {need: int(((self._needs & bit) != 0).sum()) for need, bit in _BIT.items()}

    @cached_property
    def _stages(self) -> npt.NDArray[np.int8]:
        stages: npt.NDArray[np.int8] = self._table["stage"].to_numpy()
        return stages

    @cached_property
    def _needs(self) -> npt.NDArray[np.int8]:
        needs: npt.NDArray[np.int8] = self._table["needs"].to_numpy()
        return needs


def folded(text: str) -> str:
    """``text`` as it is searched: without case and accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _batches(facts: Iterable[CustomerFacts], explain: Explain) -> Iterator[pa.RecordBatch]:
    told = iter(facts)
    while some := list(islice(told, _ROWS_AT_ONCE)):
        columns = zip(*map(_row, some, explain(some)), strict=True)
        arrays = [pa.array(c, field.type) for c, field in zip(columns, SCHEMA, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _row(facts: CustomerFacts, why: Reasons) -> tuple[Any, ...]:
    one = progress_of(facts)
    return (
        one.customer_id,
        one.label,
        one.contact,
        one.flow,
        _BETWEEN.join(one.providers),
        ORDER[one.stage],
        one.since,
        *(one.reached.get(stage) for stage in Stage),
        one.days_left,
        one.expected_eans,
        one.granted_eans,
        one.missing,
        sum(_BIT[need] for need in one.needs),
        _BETWEEN.join(one.statuses),
        why.causes,
        why.explained_until,
        folded(_BETWEEN.join(_searched(facts))),
    )


def _searched(facts: CustomerFacts) -> Iterator[str]:
    customer = facts.customer
    yield from (customer.customer_id, customer.label, customer.contact or "")
    yield customer.enterprise_number or ""
    yield from (one.reference_number for one in facts.references)
    yield from {one.mandate.metering_point or "" for one in facts.mandates}


def _progress(row: Mapping[str, Any]) -> Progress:
    bits = row["needs"]
    return Progress(
        customer_id=row["customer_id"],
        label=row["label"],
        contact=row["contact"],
        flow=row["flow"],
        providers=_split(row["providers"]),
        stage=_STAGES[row["stage"]],
        reached={stage: at for stage in Stage if (at := row[f"at_{stage}"]) is not None},
        days_left=row["days_left"],
        expected_eans=row["expected_eans"],
        granted_eans=row["granted_eans"],
        missing=row["missing"],
        needs=tuple(need for need, bit in _BIT.items() if bits & bit),
        statuses=_split(row["statuses"]),
    )


_STAGES: Final[Sequence[Stage]] = tuple(Stage)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(_BETWEEN)) if text else ()
