"""The access log outlives the data that it tells of, so it says nothing that has to go with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwartier.office import forgetting, open_office
from kwartier.office.access_log import accesses, note_access
from kwartier.office.forgetting import forget_accesses

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EAN = "541440110000000001"


def test_it_lets_go_of_what_it_has_had_for_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_AT_A_TIME", 2)
    office = open_office(tmp_path / "s.duckdb")
    assert forget_accesses(office, before=NOW) == 0
    assert not office.path.exists()
    for days in range(6):
        note_access(
            office, at=NOW + timedelta(days=days), actor="An", action="looked",
            customer_id=f"customer-{days}",
        )  # fmt: skip
    assert forget_accesses(office, before=NOW + timedelta(days=5)) == 5
    assert [one.customer_id for one in accesses(office)] == ["customer-5"]
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"customer-5" in left
    assert b"customer-0" not in left, "not a byte of it"
    assert forget_accesses(office, before=NOW + timedelta(days=5)) == 0


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
