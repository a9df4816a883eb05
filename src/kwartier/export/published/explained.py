"""What lies beside the data: a page for people, and the same as JSON for programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa

from kwartier.export.parquet import EXPORT_SCHEMA
from kwartier.export.published.descriptions import COLUMNS, ROWS
from kwartier.export.published.figures import FIGURE_SCHEMAS
from kwartier.export.published.shared_mandates import MANDATES_SCHEMA

SCHEMAS: Final[dict[str, pa.Schema]] = {
    "measurements": EXPORT_SCHEMA,
    **FIGURE_SCHEMAS,
    "mandates": MANDATES_SCHEMA,
}
_ONE_FILE: Final = ("mandates",)

_PAGE: Final = """\
Metering data, published by kwartier: generation {generation}, as of {as_of}.

A table is a folder with one Parquet file a month: the local month in Brussels in which a slice
begins; for gas the month in which its gas day (06:00 to 06:00) begins. Instants are UTC. EANs are
text. A missing value is null, never zero.

This folder never changes. The next generation gets a folder of its own, and the link `current`
beside `generations` leads there from one moment to the next; this one is removed later. So follow
the link once, at the beginning of your work, and read all files from the folder that it led to:

    folder = pathlib.Path("published/current").resolve()         # Python
    SET VARIABLE folder = (SELECT 'published/' || content        -- DuckDB
        FROM read_text('published/current/FOLDER'));

It holds personal data: what people consented to share, and nothing longer than they did. Copies
that you make are yours to erase when they withdraw.
"""


def write_explanations(generation: Path, *, place: Path, as_of: datetime | None) -> None:
    """Write ``README.txt``, ``_schema.json``, and ``FOLDER``, which says where the generation's
    folder will be: ``place``, seen from the dataset's.
    """
    moment = "no sync yet" if as_of is None else f"{as_of:%Y-%m-%d %H:%M} UTC"
    page = [_PAGE.format(generation=int(place.name), as_of=moment)]
    for name, columns in COLUMNS.items():
        files = f"{name}.parquet" if name in _ONE_FILE else f"{name}/*.parquet"
        page.append(f"\n{files}: {ROWS[name]}\n")
        page += [f"  {column:24}{says}\n" for column, says in columns.items()]
    (generation / "README.txt").write_text("".join(page), encoding="utf-8")
    described = {name: _described(name, schema) for name, schema in SCHEMAS.items()}
    (generation / "_schema.json").write_bytes(msgspec.json.format(msgspec.json.encode(described)))
    (generation / "FOLDER").write_text(place.as_posix(), encoding="utf-8")


def _described(name: str, schema: pa.Schema) -> dict[str, Any]:
    return {
        "row": ROWS[name],
        "files": f"{name}.parquet" if name in _ONE_FILE else f"{name}/{{month}}.parquet",
        "columns": [
            {"name": field.name, "type": str(field.type), "says": COLUMNS[name][field.name]}
            for field in schema
        ],
    }
