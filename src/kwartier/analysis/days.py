"""What is there of what should be there, by local day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from kwartier.analysis.columns import Columns
from kwartier.analysis.coverage import look
from kwartier.analysis.expectation import DEFAULT_ARRIVAL, ArrivalPolicy
from kwartier.analysis.grid import NOWHERE
from kwartier.analysis.periods import Period, Periods
from kwartier.analysis.slices import lay_out
from kwartier.vocabulary.mandate import Permission
from kwartier.vocabulary.quality import ESTIMATED, MEASURED, counts_as_measured

DAYS_SCHEMA: Final = pa.schema(
    [
        ("metering_point", pa.string()),
        ("energy_type", pa.string()),
        ("granularity", pa.string()),
        ("day", pa.date32()),
        ("permitted", pa.int64()),
        ("expected", pa.int64()),
        ("present", pa.int64()),
        ("estimated", pa.int64()),
        ("not_measured", pa.int64()),
        ("provisional", pa.int64()),
    ]
)


def day_coverage(
    values: pa.Table,
    permissions: Sequence[Permission],
    now: datetime,
    policy: ArrivalPolicy = DEFAULT_ARRIVAL,
    *,
    measured: frozenset[str] = MEASURED,
) -> pa.Table:
    """Completeness by local day, of gas by gas day (``DAYS_SCHEMA``), in the permissions' order.

    As ``month_coverage`` counts, of which this is the finer look: ``permitted`` are the slices that
    are permitted and over, ``expected`` those that are due or there. Days of which no slice is
    permitted, or none is over yet, are left out.
    """
    slices = lay_out(permissions, now, policy)
    days = Periods.of(slices, Period.DAY)
    seen = look(Columns(values), slices, measured)
    present = seen.rank != NOWHERE
    is_estimate = np.array([word == ESTIMATED for word in (*seen.words, "")])
    is_unmeasured = np.array([not counts_as_measured(w, measured) for w in seen.words] + [False])
    owners = [slices.permissions[index] for index in days.owner]
    permitted = days.add_up(slices.permitted)
    table = pa.table(
        [
            [owner.metering_point for owner in owners],
            [owner.energy_type for owner in owners],
            [str(owner.granularity) for owner in owners],
            pa.array(days.label, pa.date32()),
            permitted,
            days.add_up(slices.due_or(present)),
            days.add_up(present),
            days.add_up(is_estimate[seen.rank]),
            days.add_up(is_unmeasured[seen.rank]),
            days.add_up(seen.provisional),
        ],
        schema=DAYS_SCHEMA,
    )
    return table.filter(pa.array(permitted > 0))
