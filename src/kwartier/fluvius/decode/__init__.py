"""Fluvius' energy replies as measurements.

Lenient in: unknown words are kept, and a slice that cannot be read never costs the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from kwartier.fluvius.decode.assemble import Block, assemble
from kwartier.fluvius.decode.at_once import IrregularError
from kwartier.fluvius.decode.flat import V2
from kwartier.fluvius.decode.loose import V3, SliceForm
from kwartier.fluvius.decode.meters import is_of_v2, read_meters
from kwartier.fluvius.decode.reply import Reply, data_of, read_at_once, read_by_parts
from kwartier.fluvius.decode.slices import read_slices
from kwartier.fluvius.errors import DecodeError
from kwartier.measurements import empty_measurements
from kwartier.measurements.fetched import Undecoded
from kwartier.vocabulary.interval import require_utc

__all__ = ["DecodedEnergy", "decode_energy", "read_energy"]


@dataclass(frozen=True, slots=True)
class DecodedEnergy:
    """``table`` in the measurements schema, and what of the reply could not be read."""

    table: pa.Table
    undecoded: tuple[Undecoded, ...]


def read_energy(
    body: bytes, *, fetched_at: datetime, metering_point: str | None = None
) -> DecodedEnergy:
    """Read the body of ``GET /api/mandate/energy`` (Fluvius ESCO API v3) or of
    ``GET Mandate/energy`` (v2).

    ``fetched_at`` is the provider's time of the reply (zoned), ``metering_point`` the EAN asked
    for: needed only if the reply names none, as v2's never do. Slice bounds are kept as given. Of
    slices that come more than once the last is kept; if they differ, ``undecoded`` says so. Of a
    member given twice the last counts. A number beyond the range of a float costs its slice.

    Raises :class:`DecodeError` if the body is no energy reply or is about another EAN, and if it
    is no JSON in UTF-8: NaN, Infinity and half of a surrogate pair are none.
    """
    fetched_at = require_utc(fetched_at, "fetched_at")
    _require_utf8(body)
    replies, form = _taken_apart(body)
    decoded = [_decoded(reply, form, fetched_at, metering_point) for reply in replies]
    if len(decoded) == 1:
        return decoded[0]
    notes = [note for each in decoded for note in each.undecoded]
    tables = [empty_measurements(), *(each.table for each in decoded)]
    table = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    return DecodedEnergy(table, tuple(notes))


def decode_energy(
    body: bytes, *, fetched_at: datetime, metering_point: str | None = None
) -> pa.Table:
    """The measurements of an energy reply; see :func:`read_energy`, which also tells what of the
    reply could not be read.
    """
    return read_energy(body, fetched_at=fetched_at, metering_point=metering_point).table


def _taken_apart(body: bytes) -> tuple[list[Reply], SliceForm]:
    """What the body says of the metering point: v2 by energy; and how its slices are written."""
    try:
        return [read_at_once(body)], V3
    except IrregularError:
        data = data_of(body)
        if "headpoint" not in data and is_of_v2(data):
            return read_meters(data), V2
        return [read_by_parts(data)], V3


def _decoded(
    reply: Reply, form: SliceForm, fetched_at: datetime, metering_point: str | None
) -> DecodedEnergy:
    blocks = []
    for array in reply.arrays:
        runs, undecoded = read_slices(array.slices, array.path, form)
        reply.undecoded += undecoded
        blocks.append(Block(series=array.series, path=array.path, runs=runs))
    point = _agreed_point(reply.ean, metering_point)
    if point is None or reply.energy_type is None:
        if any(block.runs for block in blocks):
            missing = "ean" if point is None else "energyType"
            raise DecodeError(
                f"{missing}: missing from an energy reply with values"
                + ("; give metering_point, the EAN that was asked for" if point is None else "")
            )
        blocks = []
    table, notes = assemble(
        blocks,
        metering_point=point or "",
        energy_type=reply.energy_type or "",
        metering_type=reply.metering_type,
        fetched_at=fetched_at,
    )
    return DecodedEnergy(table, (*reply.undecoded, *notes))


def _require_utf8(body: bytes) -> None:
    """Refuse other bytes wherever they stand: not all parts of a reply are looked at."""
    try:
        if not body.isascii():
            body.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"not an energy reply: it should be UTF-8 ({error})") from error


def _agreed_point(replied: str | None, asked: str | None) -> str | None:
    if replied and asked and replied != asked:
        raise DecodeError(
            "headpoint.ean: the reply is about another metering point than the one asked for; "
            "do not store it, and ask again"
        )
    return replied or asked
