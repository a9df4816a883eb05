"""Totals and month peaks of what is a customer's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from kwartier.analysis import PEAKS_SCHEMA, TOTALS_SCHEMA, Period, month_peaks, totals
from kwartier.rights.account import Account
from kwartier.rights.held import HeldOfPoint
from kwartier.rights.whose import Claim, permissions_of
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import widened


def figures_of(
    account: Account, held: HeldOfPoint, claims: Sequence[Claim]
) -> tuple[pa.Table, pa.Table]:
    """Totals by local day, month and year (``TOTALS_SCHEMA``), and month peaks
    (``PEAKS_SCHEMA``), from the customer's values alone. What is in Centigrade is in no total: the
    values themselves are told as the provider wrote them.
    """
    within = _until(account.chosen, account.as_of)
    if within is None or account.as_of is None:
        return TOTALS_SCHEMA.empty_table(), PEAKS_SCHEMA.empty_table()
    flows = held.values.group_by(["metering_point", "energy_type"]).aggregate([])
    names = ("metering_point", "energy_type")
    permitted = widened(
        permissions_of(claims, within),
        lambda: zip(*(flows[name].to_pylist() for name in names), strict=True),
    )
    now = account.as_of
    added = [totals(held.values, permitted, now, by=period) for period in Period]
    return pa.concat_tables(added), month_peaks(held.values, permitted, now)


def _until(chosen: Interval, now: datetime | None) -> Interval | None:
    if now is None or now <= chosen.start:
        return None
    return Interval(chosen.start, min(chosen.end, now))
