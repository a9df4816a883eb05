"""Thousands of damaged replies: read exactly as they say or refused, never wrong, never a crash."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from kwartier.fluvius import DecodeError, decode_energy
from kwartier.fluvius.decode import DecodedEnergy, read_energy
from kwartier.measurements import MEASUREMENTS_SCHEMA
from support.energy_oracle import NoEnergyReplyError, Note, read_reply
from support.mutations import EAN, mutated, replies

AT = datetime(2025, 1, 8, 9, tzinfo=UTC)
REPLIES = replies()
COLUMNS = MEASUREMENTS_SCHEMA.names
COUNT = 3_000
PARTS = 6

Row = tuple[Any, ...]


def decoded(body: bytes, asked: str | None) -> DecodedEnergy | None:
    try:
        return read_energy(body, fetched_at=AT, metering_point=asked)
    except DecodeError:
        return None


def rows_of(table: pa.Table) -> list[Row]:
    assert table.schema == MEASUREMENTS_SCHEMA
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def notes_of(reply: DecodedEnergy) -> set[Note]:
    return {
        (note.path, (note.interval.start, note.interval.end) if note.interval else None)
        for note in reply.undecoded
    }


def judge(body: bytes, asked: str | None) -> str:
    """Hold what is read of ``body`` against what it says; tells whether it was whole."""
    reply = decoded(body, asked)
    refused = notes_of(reply) if reply else set()
    try:
        said = read_reply(body, asked=asked, fetched_at=AT, refused=refused)
    except NoEnergyReplyError as error:
        assert reply is None, f"read although {error}"
        return "refused"
    assert reply is not None, "refused without need"
    rows = rows_of(reply.table)
    assert set(rows) == {tuple(map(row.get, COLUMNS)) for row in said.rows()}
    assert len(set(rows)) == len(rows)
    assert refused == said.notes()
    return "damaged" if reply.undecoded else "whole"


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mutated_reply_is_read_as_it_says_or_refused(part: int) -> None:
    verdicts = []
    for number in range(part, COUNT, PARTS):
        dice = random.Random(number)
        name = dice.choice(sorted(REPLIES))
        body = mutated(REPLIES[name], dice)
        try:
            verdicts.append(judge(body, dice.choice((EAN, None))))
        except AssertionError as error:
            raise AssertionError(f"reply {number} ({name}): {error}\n{body!r}") from error
    assert {"refused", "damaged", "whole"} == set(verdicts), "of each there are some"


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_an_unharmed_reply_is_whole(name: str) -> None:
    assert judge(REPLIES[name], EAN) == "whole"
    assert decode_energy(REPLIES[name], fetched_at=AT).num_rows > 0
