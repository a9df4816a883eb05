"""What doctor says of the office file."""

from __future__ import annotations

from pathlib import Path

from kwartier.doctor.diagnosis import State
from kwartier.doctor.stores import examine_store
from kwartier.office import office_of, open_office
from kwartier.store import open_store


def found(store: Path) -> list[tuple[State, str]]:
    return [(one.state, one.says) for one in examine_store(store) if one.subject == "office file"]


def test_it_is_readable_and_its_owners_alone(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    open_store(store, create=True).migrate()
    assert found(store) == [], "there is none yet"
    with open_office(store).reading():
        pass
    [(state, says)] = found(store)
    assert (state, "0 alerts open" in says) == (State.GOOD, True)
    office_of(store).chmod(0o644)
    [(state, says)] = found(store)
    assert (state, "mode 644" in says) == (State.BAD, True)


def test_what_cannot_be_read_is_bad(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    open_store(store, create=True).migrate()
    office_of(store).write_text("no database" * 500)
    [(state, _)] = found(store)
    assert state is State.BAD
