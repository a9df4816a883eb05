"""What may be asked for, or be expected: approved, and not what a person had erased."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kwartier.registry import KnownMandate
from kwartier.retention.decisions import BEGINNING, END, People
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import Mandate


def fetchable(known: Iterable[KnownMandate], people: People) -> list[Mandate]:
    """The approved mandates that the provider lists, each cut down to what is not suppressed."""
    return spared((one for one in known if one.missing_since is None), people)


def spared(known: Iterable[KnownMandate], people: People) -> list[Mandate]:
    """The approved mandates, each cut down to what is not suppressed.

    One of which the middle is suppressed becomes two.
    """
    approved = (one for one in known if one.mandate.is_approved)
    return [mandate for one in approved for mandate in _spared(one, people)]


def _spared(one: KnownMandate, people: People) -> Iterator[Mandate]:
    mandate = one.mandate
    if not people.suppressions(one):
        yield mandate
        return
    start, end = mandate.period_start or BEGINNING, mandate.period_end or END
    period = [Interval(start, end)] if start < end else []
    for part in people.spared(one, period):
        yield replace(
            mandate, period_start=part.start, period_end=None if part.end == END else part.end
        )
