"""What was decided to go is told to nobody from then on, also where the erasing was cut off."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from kwartier.api.standing import Standings
from kwartier.api.values import Wanted, values_of, windows
from kwartier.console.customer.looking import look_at
from kwartier.export.withheld import withheld_in, without_withheld
from kwartier.retention import Decision, DecisionKind
from kwartier.store import Store
from support.api import HELD_BACK, LATER, ON_HOLD, Api, prepared_api
from support.measured import EAN, NOW


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return prepared_api(tmp_path_factory.mktemp("erasing"))


def decide(store: Store, kind: DecisionKind, customer_id: str, point: str) -> None:
    """Decide, and no more: as if the process had ended there."""
    references = {r.reference_number for r in store.references() if r.customer_id == customer_id}
    [number] = [
        one.mandate_id
        for one in store.mandates()
        if one.mandate.reference_number in references and one.mandate.metering_point == point
    ]
    decision = Decision(
        kind=kind, mandate_id=number, decided_at=NOW, decided_by="An", why="by letter"
    )
    store.decide([decision])


def exported(store: Store, point: str) -> int:
    values = pa.Table.from_batches(list(store.scan()))
    left = without_withheld(values, withheld_in(store))
    points: list[str] = left["metering_point"].to_pylist()
    return points.count(point)


def over_the_api(api: Api, customer_id: str, path: Path, point: str) -> int:
    with Standings(api.store, path).of_customer(customer_id) as standing:
        wanted = Wanted(points=(point,), claims=standing.facts.claims_of(customer_id))
        tables = values_of(standing, wanted, windows(standing, wanted))
        return sum(table.num_rows for table in tables)


def in_the_console(store: Store, customer_id: str, point: str) -> int:
    looked = look_at(store, customer_id)
    assert looked is not None
    found = looked.point(point)
    assert found is not None
    return len(found.values(store))


def test_what_is_to_be_erased_on_request_is_told_to_nobody(api: Api) -> None:
    everybodys, theirs = exported(api.store, EAN), over_the_api(api, LATER, api.path, EAN)
    assert (everybodys, theirs) == (288, 96)
    assert in_the_console(api.store, LATER, EAN) == 96
    decide(api.store, DecisionKind.SUPPRESS, LATER, EAN)
    assert exported(api.store, EAN) == everybodys - theirs, "the former customer's stay"
    assert over_the_api(api, LATER, api.path, EAN) == 0
    assert in_the_console(api.store, LATER, EAN) == 0


def test_what_was_on_hold_and_is_to_be_erased_is_told_to_nobody(api: Api) -> None:
    for kind in (None, DecisionKind.ERASE):
        if kind is not None:
            decide(api.store, kind, HELD_BACK, ON_HOLD)
        assert exported(api.store, ON_HOLD) == 0
        assert over_the_api(api, HELD_BACK, api.path, ON_HOLD) == 0
        assert in_the_console(api.store, HELD_BACK, ON_HOLD) == 0
    decide(api.store, DecisionKind.KEEP, HELD_BACK, ON_HOLD)
    assert exported(api.store, ON_HOLD) > 0
    assert in_the_console(api.store, HELD_BACK, ON_HOLD) > 0
