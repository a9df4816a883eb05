"""The window that a request for energy asks for, and its limits."""

from __future__ import annotations

from datetime import datetime

from kwartier.emulator import rules
from kwartier.emulator.requests import Query
from kwartier.vocabulary.interval import Interval


def read_window(query: Query, now: datetime, start_name: str, end_name: str) -> Interval | None:
    """The window between two mandatory parameters; None when a rule was broken."""
    start = query.instant(start_name, query.required(start_name))
    end = query.instant(end_name, query.required(end_name))
    if start is not None:
        query.rule(
            not rules.is_too_long_ago(start, now),
            f"Parameter '{start_name}' must not be more than {rules.YEARS_BACK} years ago.",
        )
    if start is None or end is None:
        return None
    query.rule(end > start, f"Parameter '{end_name}' must be later than '{start_name}'.")
    query.rule(
        end - start <= rules.LONGEST_WINDOW,
        f"Parameters '{start_name}' and '{end_name}' must not be more than 185 days apart.",
    )
    return Interval(start, end) if start < end else None
