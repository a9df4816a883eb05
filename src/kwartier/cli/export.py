"""``kwartier export``: the measurements as a Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.options import STORE, StoreOptions
from kwartier.cli.output import console, plain, print_json
from kwartier.export import export_parquet
from kwartier.store import open_store
from kwartier.store.port import Selection
from kwartier.vocabulary.ean import check_ean
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant


def export(
    file: Path,
    /,
    *,
    point: Annotated[str | None, Parameter(help="only this EAN")] = None,
    granularity: Annotated[Granularity | None, Parameter(help="only these slices")] = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="slices from this moment on")
    ] = None,
    to: Annotated[str | None, Parameter(help="slices before this moment")] = None,
    options: StoreOptions = STORE,
) -> int:
    """Write the measurements to a Parquet file for pandas, Polars, DuckDB or Spark.

    EANs are text, times are UTC, missing values are null. The file appears whole or not at all.

    Example: kwartier export measurements.parquet --granularity quarter-hour --from 2026-01-01

    Parameters
    ----------
    file:
        where to write; an existing file is replaced
    """
    selection = Selection(
        metering_points=(check_ean(point, "--point"),) if point else None,
        granularity=granularity,
        start=parse_instant(from_, "--from") if from_ else None,
        end=parse_instant(to, "--to") if to else None,
    )
    with open_store(options.store) as store:
        report = export_parquet(store.scan(selection), file)
    if options.json:
        print_json({"file": str(file), "rows": report.rows, "bytes": report.size})
    else:
        console().print(
            f"{plain(report.rows)} values in {file} ({report.size / 1e6:.1f} MB)", highlight=False
        )
    return 0
