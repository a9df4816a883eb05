"""Why there is no data of many customers at once: in bits, for the columns of the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from kwartier.analysis import ArrivalPolicy
from kwartier.funnel.causes import SEVERITY, Cause
from kwartier.funnel.facts import CustomerFacts
from kwartier.funnel.trouble import Trouble
from kwartier.funnel.why import evidence_of_each, explained_until, own_findings
from kwartier.store.port import Store

BIT: Final = {cause: 1 << number for cause, number in SEVERITY.items()}
"""The lower, the earlier it is told."""

Bits = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reasons:
    """The ``causes`` of one customer but for those of runs, as bits; what ails the runs since
    ``explained_until`` or longer may explain them.
    """

    causes: int
    explained_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCount:
    """How many ``customers`` have a cause, and of how many it is ``first`` what they are told."""

    cause: Cause
    customers: int
    first: int


Explain = Callable[[Sequence[CustomerFacts]], Iterable[Reasons]]
"""Finds the reasons of each of some customers."""


def explaining(store: Store, arrival: ArrivalPolicy) -> Explain:
    """By what ``store`` has."""
    return partial(_reasons, store, arrival)


def _reasons(
    store: Store, arrival: ArrivalPolicy, some: Sequence[CustomerFacts]
) -> Iterator[Reasons]:
    for facts, evidence in zip(some, evidence_of_each(store, some), strict=True):
        found = own_findings(facts, evidence, arrival)
        causes = {one.cause for one in found} or {Cause.COMPLETE}
        yield Reasons(sum(BIT[cause] for cause in causes), explained_until(found))


def with_troubles(
    causes: Bits, are_explained: Callable[[Trouble], npt.NDArray[np.bool_]], told: Iterable[Trouble]
) -> Bits:
    """The causes with those of runs, for the customers whose other causes they may explain."""
    found = causes.copy()
    for trouble in told:
        found[are_explained(trouble)] |= BIT[trouble.cause]
    return found


def counted(causes: Bits) -> list[CauseCount]:
    """How many customers have each cause, in the order in which they are told; none that nobody
    has.
    """
    first = causes & -causes
    counts = (
        CauseCount(
            cause=cause,
            customers=int(((causes & bit) != 0).sum()),
            first=int((first == bit).sum()),
        )
        for cause, bit in BIT.items()
    )
    return [one for one in counts if one.customers]
