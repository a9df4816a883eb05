"""``kwartier sync`` while a tenth of all calls goes wrong: after a few runs the store is the truth,
nothing is lost and nothing is doubled.
"""

from __future__ import annotations

import pyarrow as pa
import pytest

from kwartier.cli.app import run
from kwartier.cli.demo.proof import prove
from kwartier.measurements import MEASUREMENTS_SCHEMA, SERIES_COLUMNS
from kwartier.store import open_store
from kwartier.store.port import Selection
from support.cli import Cli
from support.esco import Esco
from support.faults import FaultControl

POINTS = [
    *(f"541440000000000{number:03d}" for number in range(27)),
    *(f"541441000000000{number:03d}" for number in range(3)),
]
"""Day values: two windows each, so that there are calls enough for every fault to befall some."""

ONCE = (
    "401", "429", "429(retry-after=0)", "403", "500", "503(market)", "truncated-body", "reset",
    "slow-body(30ms)",
)  # fmt: skip
A_TENTH = (
    f"energy:{','.join(f'{fault}=1x' for fault in ONCE)},"
    "429(retry-after=0)=2%,500=2%,503(measurement,retry-after=0)=2%,truncated-body=1%,reset=1%,slow-first-byte(30ms)=2%;"
    "energy:duplicate-slices=10%;"
    "mandate:503(mandate,retry-after=0)=1x,reset=1x;"
    "token:503(retry-after=0)=1x,429(retry-after-date=0)=1x,truncated-body=1x"
)
"""Each fault once, so that it surely is met, and then a tenth of the calls for as long as it takes;
and of what is left, a tenth again with slices that come twice."""
MOST_RUNS = 6
DONE, ASK_AGAIN = 0, 3


@pytest.fixture
def faults(cli: Cli) -> FaultControl:
    """The faults of the emulator to which ``cli`` leads, with all points shared there."""
    esco = Esco(cli.env)
    for number, ean in enumerate(POINTS):
        made = esco.mock(f"KW-{number}", ean, "VH_dag", dataPeriodFrom="2026-02-28T23:00:00Z")
        assert made.status == 200
    return FaultControl(cli.env["FLUVIUS_SANDBOX_BASE_URL"].removesuffix("/esco-sbx/v3"))


def test_a_tenth_of_all_calls_going_wrong_costs_a_few_runs_and_no_value(
    cli: Cli, faults: FaultControl
) -> None:
    faults.set(A_TENTH)
    codes = sync_until_done(cli)
    met = faults.injected()
    assert all(count for fault, count in met.items() if fault.endswith("=1x")), met
    assert sum(count for fault, count in met.items() if fault.endswith("%")) > 5, met
    assert codes[0] == ASK_AGAIN, "some fetches failed for good in the first run"
    assert codes[-1] == DONE
    origin = faults.url.removesuffix("/_emulator/faults")
    with open_store(cli.store) as store:
        proof = prove(store, origin, POINTS)
        assert proof.holds, proof
        held = pa.Table.from_batches(list(store.scan(Selection())), MEASUREMENTS_SCHEMA)
        assert proof.compared == held.num_rows == how_many_distinct(held) > 0
        assert store.revisions().num_rows == 0, "what came twice is no revision"
    faults.clear()
    again = cli.json("sync")
    assert (again["inserted"], again["revised"], again["removed"]) == (0, 0, 0)


def sync_until_done(cli: Cli) -> list[int]:
    """Run the sync until it says that all was fetched; its exit codes."""
    codes: list[int] = []
    while DONE not in codes and len(codes) < MOST_RUNS:
        codes.append(run(["sync", "--store", str(cli.store)]))
    return codes


def how_many_distinct(table: pa.Table) -> int:
    """How many rows differ in what identifies a value."""
    distinct: int = table.group_by([*SERIES_COLUMNS, "start"]).aggregate([]).num_rows
    return distinct
