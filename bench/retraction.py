"""How long do readers wait while a large store is written anew for an erasure?

    python bench/retraction.py [--rows N] [--points N] [--folder DIR]

Three years of quarter-hours, offtake and injection, of as many metering points as make so many
rows; one metering point's last year is erased. Meanwhile another process asks the store for one
metering point's coverage, over and over. Aim: with 200 million rows no reader waits for more than
2 s. Beside it, in the same run, how long a reader takes when nobody else is there.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from figures import says
from kwartier.registry import Listing
from kwartier.retention import Order, Reason
from kwartier.store import open_store
from kwartier.store.duckdb.connection import writing
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.interval import Interval
from kwartier.vocabulary.mandate import APPROVED, Mandate

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CAP = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 1, tzinfo=UTC)
MONTHS, QUARTERS = 36, 2_922
LONGEST_WAIT = 2.0

READER = """
import json, sys, time
from pathlib import Path
from kwartier.store import open_store
store, point, stop = open_store(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
waits = []
print("ready", flush=True)
while not stop.exists():
    began = time.perf_counter()
    store.coverage([point])
    waits.append(time.perf_counter() - began)
    time.sleep(0.05)
print(json.dumps(waits))
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--folder", type=Path, default=None)
    chosen = arguments.parse_args()
    points = max(20, chosen.rows // (MONTHS * QUARTERS * 2))
    with TemporaryDirectory(dir=chosen.folder) as folder:
        path = Path(folder) / "store.duckdb"
        began = perf_counter()
        rows = fill(path, points)
        size = path.stat().st_size
        print(f"{rows / 1e6:,.0f} million rows, {size / 1e6:,.0f} MB: {since(began)} to make")
        alone = watched(path, lambda: None)
        began = perf_counter()
        told: dict[str, float] = {}
        waits = watched(path, lambda: told.update(erase(path)))
        for what, seconds in told.items():
            print(f"  {what:28} {seconds:8.2f} s")
        print(f"  a reader alone, longest      {max(alone):8.2f} s")
        longest = max(waits)
        print(
            f"  a reader meanwhile, longest  {longest:8.2f} s of {len(waits)} "
            f"(aim <= {LONGEST_WAIT:g}: {says(longest <= LONGEST_WAIT)})"
        )


def fill(path: Path, points: int) -> int:
    """Make the store, its rows laid by month, then series and start, as commits lay them."""
    store = open_store(path, create=True)
    mandate = Mandate(
        provider="fluvius",
        contract_number="C",
        reference_number="R",
        status=APPROVED,
        data_service_type="VH_kwartier_uur",
        metering_point=ean(0),
        energy_type="electricity",
        granularities=frozenset({Granularity.QUARTER_HOUR}),
        period_start=BEGIN,
        period_end=CAP,
    )
    store.record_mandates(Listing([mandate], NOW), provider="fluvius")
    series = points * 2
    for month in range(MONTHS):
        with writing(path, 30) as connection:
            if month == 0:
                for statement in SERIES:
                    connection.execute(statement.format(series=series, begin=f"'{BEGIN}'"))
            connection.execute(VALUES, {"series": series, "month": month, "begin": BEGIN})
    return series * MONTHS * QUARTERS


def erase(path: Path) -> dict[str, float]:
    """Erase the last year of the first metering point; returns what took how long."""
    store = open_store(path)
    order = Order(
        provider="fluvius",
        metering_point=ean(0),
        energy_type="electricity",
        granularity=Granularity.QUARTER_HOUR,
        kept=(Interval(BEGIN, CAP),),
        gone=(),
        reason=Reason.PERIOD_ENDED,
        mandate_id=1,
    )
    told = {}
    began = perf_counter()
    store.find_outside([order])
    told["finding what goes"] = perf_counter() - began
    began = perf_counter()
    [receipt] = store.retract([order], at=NOW)
    told["taking the rows away"] = perf_counter() - began
    began = perf_counter()
    store.rewrite()
    told["writing the file anew"] = perf_counter() - began
    assert receipt.values > 0
    return told


def watched(path: Path, work: object) -> list[float]:
    """How long a reader in another process waited each time, while ``work`` went on."""
    stop = path.with_name("stop")
    stop.unlink(missing_ok=True)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, path, ean(1), stop], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    reader.stdout.readline()
    began = perf_counter()
    assert callable(work)
    work()
    while perf_counter() - began < 3:
        pass
    stop.touch()
    waits: list[float] = json.loads(reader.communicate()[0])
    return waits


def ean(number: int) -> str:
    return f"5414401100{number:08d}"


def since(began: float) -> str:
    return f"{perf_counter() - began:,.1f} s"


SERIES = (
    """INSERT INTO fetches VALUES (0, 'fluvius', '-', 'electricity', 'backfill', 'readTime',
        {begin}, {begin}, [], {begin}, {begin}, 'ok', NULL, 0, 0)""",
    "INSERT INTO qualities VALUES (0, 'READ', NULL)",
    """INSERT INTO series
    SELECT s::INTEGER, 'fluvius', '5414401100' || lpad((s // 2)::VARCHAR, 8, '0'), 'electricity',
        'meter', '1SAG', NULL, 'PT15M', if(s % 2 = 0, 'offtake', 'injection'), 'total', 'kWh',
        'metering-on-meter', '1', NULL, NULL, NULL, {begin}
    FROM range({series}) t(s)""",
    """INSERT INTO extents
    SELECT s::INTEGER, {begin}, {begin}::TIMESTAMPTZ + INTERVAL (36 * 2922 * 15) MINUTE
    FROM range({series}) t(s)""",
)
VALUES = """
INSERT INTO "values"
SELECT s::INTEGER,
    make_timestamptz(epoch_us($begin::TIMESTAMPTZ) + ($month * 2922 + q) * 900000000::BIGINT),
    900000000, ((s * 7919 + q * 104729) % 2000) / 1000.0, 0, 0
FROM range($series) a(s), range(2922) b(q)
"""

if __name__ == "__main__":
    main()
