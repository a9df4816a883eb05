"""The access log outlives the data that it tells of, so it says nothing that has to go with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kwartier.office import open_office
from kwartier.office.access_log import accesses, note_access

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000001"


def test_no_ean_is_kept_in_it(tmp_path: Path) -> None:
    office = open_office(tmp_path / "s.duckdb")
    note_access(
        office, at=NOW, actor="An", action="looked", customer_id="c-1", detail=f"{EAN} chart"
    )
    [entry] = accesses(office, customer_id="c-1")
    assert entry.detail is not None
    assert entry.detail.endswith(" chart")
    assert EAN not in entry.detail
    assert EAN.encode() not in office.path.read_bytes()
