"""``kwartier export``: the measurements as a Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from kwartier.cli.options import STORE, AsOf, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.targets import check_file_target
from kwartier.cli.wording import check_point, counted
from kwartier.errors import InputError
from kwartier.export import check_target, export_parquet
from kwartier.export.withheld import batches_without, withheld_in
from kwartier.store import open_store
from kwartier.store.port import Selection
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant

Slices = Literal["PT15M", "PT1H", "P1D", "quarter-hour", "hour", "day"]

_GRANULARITIES: Final[dict[str, Granularity]] = {
    "quarter-hour": Granularity.QUARTER_HOUR,
    "hour": Granularity.HOUR,
    "day": Granularity.DAY,
    **{granularity.value: granularity for granularity in Granularity},
}


def export(
    file: Path,
    /,
    *,
    point: Annotated[str | None, Parameter(help="only this metering point")] = None,
    granularity: Annotated[
        Slices | None, Parameter(help="only quarter-hours (PT15M), hours (PT1H) or days (P1D)")
    ] = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="slices from this moment on")
    ] = None,
    to: Annotated[str | None, Parameter(help="slices before this moment")] = None,
    as_of: AsOf = None,
    options: StoreOptions = STORE,
) -> int:
    """Write the measurements to a Parquet file for pandas, Polars, DuckDB or Spark.

    EANs are text, times are UTC, missing values are null. What is on hold is left out. The file
    appears whole or not at all.

    Example: kwartier export measurements.parquet --granularity quarter-hour --from 2026-01-01

    Parameters
    ----------
    file:
        where to write; an existing file is replaced
    """
    check_target(file, "FILE")
    check_file_target(file, "FILE")
    if file.resolve() == options.store.resolve():
        raise InputError("FILE", "is the store itself", "name another file")
    selection = Selection(
        metering_points=(check_point(point),) if point is not None else None,
        granularity=_GRANULARITIES[granularity] if granularity is not None else None,
        start=parse_instant(from_, "--from") if from_ is not None else None,
        end=parse_instant(to, "--to") if to is not None else None,
    )
    if selection.start and selection.end and selection.start >= selection.end:
        raise InputError("--to", "must be later than --from", f"got {to!r}, --from is {from_!r}")
    known_at = parse_instant(as_of, "--as-of") if as_of is not None else None
    with open_store(options.store) as store:
        if selection.metering_points and not store.coverage(selection.metering_points).num_rows:
            raise InputError(
                "--point",
                "the store holds no values of this metering point",
                "`kwartier mandates --known` shows which are shared, `kwartier sync` fetches them",
            )
        on_hold = withheld_in(store)
        batches = batches_without(store.scan(selection, as_of=known_at), on_hold)
        report = export_parquet(batches, file)
    if options.json:
        print_json({"file": str(file), "rows": report.rows, "bytes": report.size})
        return 0
    size = f"{report.size / 1e6:.1f} MB"
    out = console()
    out.print(f"{counted(report.rows, 'value')} in {file} ({size})", highlight=False, markup=False)
    if not report.rows:
        is_all = selection == Selection() and known_at is None
        why = "holds no values yet" if is_all else "holds no values that fit these options"
        out.print(f"The store {why}: the file has its columns and no rows.", highlight=False)
    if on_hold:
        out.print("What is on hold is left out: `kwartier holds` lists it.", highlight=False)
    return 0
