"""What a generation of a published dataset says of itself, for the next one to build upon."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kwartier.store.contents import Mark
from kwartier.vocabulary.centigrade import Centigrade

FORMAT: Final = 1
_FILE: Final = "_manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``as_of`` is the provider's time of what is published, ``published_at`` the wall clock's.

    ``rows`` counts, per month (2026-01), the rows that the store held around it; ``permissions``
    has a digest of what was permitted per metering point, ``withheld`` one of what was on hold of
    each month of which something was. ``centigrade`` is what that was declared to be.
    """

    format: int = FORMAT
    generation: int
    published_at: datetime
    as_of: datetime | None
    mark: Mark
    rows: dict[str, int]
    permissions: dict[str, str]
    withheld: dict[str, str] = {}
    centigrade: Centigrade = Centigrade.UNKNOWN


def write_manifest(manifest: Manifest, generation: Path) -> None:
    """Put it in the generation's folder."""
    (generation / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def read_manifest(generation: Path) -> Manifest | None:
    """What the generation says; None where it cannot be built upon: unreadable, or of another
    format.
    """
    try:
        manifest = msgspec.json.decode((generation / _FILE).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None
    return manifest if manifest.format == FORMAT else None
