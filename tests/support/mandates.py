"""Known mandates for tests that need some, whichever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kwartier.registry import KnownMandate
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.mandate import APPROVED, Mandate

POINT = "541440110000000101"
SEEN = datetime(2026, 11, 1, 6, tzinfo=UTC)


def known_mandate(mandate_id: int = 1, **fields: Any) -> KnownMandate:
    """An approved mandate for quarter-hours of electricity, open-ended, unless ``fields`` say
    otherwise; they are of the mandate, or of what is known of it.
    """
    about: dict[str, Any] = {
        name: fields.pop(name)
        for name in ("first_seen_at", "changed_at", "is_ambiguous", "missing_since")
        if name in fields
    }
    stated: dict[str, Any] = {
        "provider": "fluvius",
        "contract_number": "CONTRACT-1",
        "reference_number": f"REF-{mandate_id}",
        "status": APPROVED,
        "data_service_type": "VH_kwartier_uur",
        "metering_point": POINT,
        "energy_type": "electricity",
        "granularities": frozenset({Granularity.QUARTER_HOUR}),
        "period_start": datetime(2025, 12, 31, 23, tzinfo=UTC),
        **fields,
    }
    times: dict[str, Any] = {"first_seen_at": SEEN, "changed_at": SEEN, **about}
    return KnownMandate(mandate_id=mandate_id, mandate=Mandate(**stated), **times)
