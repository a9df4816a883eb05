"""What every store must tell of where its values came from."""

from __future__ import annotations

from kwartier.store import Attempt, Selection, Store
from kwartier.vocabulary.fetch import Outcome, WindowKind
from support.measured import EAN, NOW, answer, quarters
from support.retention import list_mandate, order, until
from support.stores import HOUR, T0, later

OTHER = "541440110000000777"


def test_each_value_names_the_fetch_that_brought_it_and_the_one_that_ended_it(
    store: Store,
) -> None:
    store.commit([answer(quarters(T0, [9.0], metering_point=OTHER), metering_point=OTHER)])
    store.commit([answer(quarters(T0, [1.0, 2.0]))])
    store.commit([answer(quarters(T0, [1.5]), fetched_at=later(1), kind=WindowKind.INSERT_TIME)])
    store.commit([answer(outcome=Outcome.FAILED, error="503", fetched_at=later(2))])
    trace = store.trace([EAN], Selection(metering_points=(EAN,)))
    fetches = {row["fetch"]: row for row in trace.fetches.to_pylist()}
    assert [row["outcome"] for row in fetches.values()] == ["ok", "ok", "failed"]
    first, second, third = trace.rows.sort_by(
        [("start", "ascending"), ("fetch", "ascending")]
    ).to_pylist()
    assert (first["value"], first["change"]) == (1.0, "revised")
    assert fetches[first["fetch"]]["kind"] == "readTime"
    assert first["superseded_by"] == second["fetch"]
    assert fetches[second["fetch"]]["kind"] == "insertTime"
    assert (second["value"], second["superseded_by"], second["change"]) == (1.5, None, None)
    assert (third["value"], third["fetch"]) == (2.0, first["fetch"])


def test_only_the_slices_and_metering_points_that_were_asked_for_are_traced(store: Store) -> None:
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0, 5.0]))])
    chosen = Selection(metering_points=(EAN,), start=T0 + HOUR, end=T0 + 2 * HOUR)
    assert store.trace([EAN], chosen).rows["value"].to_pylist() == [5.0]
    nothing = store.trace([OTHER], Selection(metering_points=(OTHER,)))
    assert (nothing.rows.num_rows, nothing.fetches.num_rows) == (0, 0)


def test_how_receivers_took_the_ledger_is_told_by_receiver(store: Store) -> None:
    assert store.deliveries() == {}
    tried = Attempt(entry_id=1, attempts=2, tried_at=NOW, due_at=later(1), error="503")
    taken = Attempt(entry_id=1, attempts=1, tried_at=NOW)
    store.note_attempts("webhook:1", [tried])
    store.note_attempts("file:1", [taken])
    assert store.deliveries() == {"file:1": [taken], "webhook:1": [tried]}


def test_a_receipt_is_known_by_the_digests_of_its_ean_and_reference(store: Store) -> None:
    list_mandate(store)
    store.commit([answer(quarters(T0, [1.0, 2.0, 3.0, 4.0, 5.0]))])
    (receipt,) = store.retract([order(until(T0 + HOUR))], at=NOW)
    digests = store.receipt_digests([EAN, "REF-1", OTHER])
    assert (receipt.metering_point, receipt.reference) == (digests[EAN], digests["REF-1"])
    assert digests[OTHER] not in (digests[EAN], digests["REF-1"])
