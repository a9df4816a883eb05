"""What can be judged at any moment: certificates by their files, what waits by store and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kwartier.alerts import AlertSettings, CertificateFact, Lookout, WaitingFacts
from kwartier.office import open_office
from kwartier.office.runs import Run, RunOutcome, note_run
from kwartier.retention import Decision, DecisionKind
from kwartier.store import open_store
from support.certificates import Request, ec_key
from support.measured import NOW, answer, quarters
from support.retention import list_mandate
from support.stores import empty_store

LATER = NOW + timedelta(hours=1)
SYNC = Run(
    provider="fluvius",
    task="sync",
    started_at=NOW,
    ended_at=LATER,
    outcome=RunOutcome.DONE,
    counts={"blocked": 3, "holds": 0},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    empty_store(tmp_path / "kwartier.duckdb")
    return tmp_path / "kwartier.duckdb"


def lookout(path: Path, **given: object) -> Lookout:
    return Lookout(store=open_store(path), office=open_office(path), **given)  # type: ignore[arg-type]  # any of them


def test_certificates_are_known_where_the_settings_name_them(path: Path) -> None:
    good, torn = path.with_name("good.pem"), path.with_name("torn.pem")
    issued = Request(key=ec_key()).issue(None)
    good.write_bytes(issued.pem)
    torn.write_text("torn")
    files = {"current": good, "next": torn}
    assert lookout(path, certificates={"fluvius": files}).certificates() == [
        CertificateFact(provider="fluvius", name="current", valid_until=issued.valid_until),
        CertificateFact(provider="fluvius", name="next", valid_until=None),
    ]
    assert lookout(path, certificates={"fluvius": {}}).certificates() == []
    assert lookout(path, certificates={"fluvius": files, "eneco": None}).certificates() is None
    assert lookout(path).certificates() is None


def test_what_waits_is_as_the_last_sync_counted_it(path: Path) -> None:
    office = open_office(path)
    note_run(office, replace(SYNC, counts={"blocked": 9, "holds": 9}))
    note_run(office, SYNC)
    note_run(office, replace(SYNC, outcome=RunOutcome.FAILED, counts={}))
    note_run(office, replace(SYNC, task="poll", counts={}))
    assert lookout(path).waiting(LATER) == WaitingFacts(blocked=3, holds=0)


def test_it_is_counted_where_no_sync_told_and_where_somebody_decided_since(path: Path) -> None:
    store, office = open_store(path), open_office(path)
    list_mandate(store, status="Finished")
    store.commit([answer(quarters(NOW - timedelta(days=9), range(4)))])
    seen = lookout(path)
    assert seen.waiting(LATER) == WaitingFacts(blocked=0, holds=1)
    note_run(office, SYNC)
    assert seen.waiting(LATER) == WaitingFacts(blocked=3, holds=0), "as that sync has it"
    kept = Decision(
        kind=DecisionKind.KEEP, mandate_id=1, decided_at=LATER, decided_by="An", why="a dispute"
    )
    store.decide([kept])
    assert seen.waiting(LATER) == WaitingFacts(blocked=0, holds=0)


def test_what_cannot_be_looked_at_is_not_judged(tmp_path: Path) -> None:
    seen = lookout(tmp_path / "none.duckdb")
    judged = seen.judge(NOW, NOW)
    assert (judged.alerts, judged.topics) == ((), frozenset())


def test_it_judges_by_the_settings_of_alerts_and_of_nothing_else(path: Path) -> None:
    note_run(open_office(path), SYNC)
    file = path.with_name("current.pem")
    issued = Request(key=ec_key(), lifetime=timedelta(days=11)).issue(None)
    file.write_bytes(issued.pem)
    for days, keys in ((10, ["certificate:fluvius:current", "fuse"]), (9, ["fuse"])):
        seen = lookout(
            path,
            certificates={"fluvius": {"current": file}},
            settings=AlertSettings(certificate_days=(days,)),
        )
        judged = seen.judge(LATER, issued.valid_until - timedelta(days=10))
        assert [one.key for one in judged.alerts] == keys
        assert judged.topics == {"certificate", "fuse", "holds"}
