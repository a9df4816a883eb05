"""Laws of decoding usages, whatever the reply holds; and a thousand damaged replies."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.eneco.channels import flow_of, unit_of
from kwartier.eneco.decode import DecodedUsages, read_usages
from kwartier.eneco.errors import DecodeError
from kwartier.eneco.pages import read_bounds
from kwartier.eneco.timestamps import Timestamps
from kwartier.wire import eneco as wire
from support.mutations import mutated

OWNER = "6f1b0d4e-52a1-4b0c-9c55-0a7f3b1e2d90"
AT = datetime(2025, 1, 8, 9, tzinfo=UTC)
FIRST = datetime(2024, 10, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = 1_500

Hour = tuple[str, str, str | None, datetime]


def stamp(hours: int) -> str:
    return (FIRST + hours * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(body: bytes) -> DecodedUsages:
    return read_usages(body, metering_point=OWNER, fetched_at=AT)


def amounts_of(decoded: DecodedUsages) -> dict[Hour, float | None]:
    rows = decoded.table.to_pylist()
    keys = [(row["energy_type"], row["direction"], row["unit"], row["start"]) for row in rows]
    assert len(set(keys)) == len(keys), "a value once"
    assert all(row["end"] - row["start"] == HOUR for row in rows)
    return dict(zip(keys, (row["value"] for row in rows), strict=True))


records = st.builds(
    wire.UsageRecord,
    timestamp=st.integers(0, 47).map(stamp),
    amount=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
names = st.sampled_from([*wire.ChannelId, wire.ChannelId("Steam")])
units = st.sampled_from([*wire.Unit, wire.Unit("GigaJoule")])
channels = st.builds(
    wire.UsageChannel,
    channel_id=names,
    unit=units,
    usage_records=st.lists(records, max_size=6, unique_by=lambda record: record.timestamp),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(channels, max_size=7, unique_by=lambda channel: channel.channel_id))
def test_every_amount_that_was_written_is_read(sent: list[wire.UsageChannel]) -> None:
    reply = wire.Usages(start_date=stamp(0), end_date=stamp(48), usage_channels=sent)
    decoded = read(msgspec.json.encode(reply))
    expected = {
        (
            flow_of(channel.channel_id).energy_type,
            flow_of(channel.channel_id).direction,
            unit_of(channel.unit),
            datetime.fromisoformat(record.timestamp),
        ): record.amount
        for channel in sent
        for record in channel.usage_records
    }
    assert amounts_of(decoded) == expected
    assert decoded.undecoded == ()
    assert decoded.channels == len(sent)
    assert (decoded.start, decoded.end) == (FIRST, FIRST + 48 * HOUR)


@settings(max_examples=30, deadline=None)
@given(st.lists(channels, max_size=4))
def test_records_one_by_one_say_what_they_say_at_once(sent: list[wire.UsageChannel]) -> None:
    body = msgspec.json.encode(
        wire.Usages(start_date=stamp(0), end_date=stamp(48), usage_channels=sent)
    )
    plain, with_more = read(body), read(body.replace(b'"timestamp":', b'"quality":1,"timestamp":'))
    assert with_more.table.equals(plain.table)
    assert with_more.undecoded == plain.undecoded
    bounds = read_bounds(body, Timestamps())
    assert (bounds.start, bounds.end, bounds.channels) == (plain.start, plain.end, plain.channels)


def whole_reply() -> bytes:
    return msgspec.json.encode(
        wire.Usages(
            start_date=stamp(0),
            end_date=stamp(6),
            usage_channels=[
                wire.UsageChannel(
                    channel_id=channel_id,
                    unit=wire.CHANNEL_UNITS[channel_id],
                    usage_records=[
                        wire.UsageRecord(timestamp=stamp(i), amount=None if i == 4 else i / 4)
                        for i in range(6)
                    ],
                )
                for channel_id in wire.ChannelId
            ],
        )
    )


WHOLE = whole_reply()


def said_by(body: bytes) -> dict[Hour, float | None]:
    """What a damaged reply says beyond doubt, read by another JSON reader and by other rules."""
    reply = {name.lower(): member for name, member in json.loads(body).items()}
    reply = reply if "usagechannels" in reply else reply["data"]
    found: dict[Hour, float | None] = {}
    for channel in reply["usagechannels"] or []:
        for name, unit, text, amount in records_of(channel):
            flow, start = flow_of(wire.ChannelId(name)), instant(text)
            if start is not None and (amount is None or abs(amount) <= sys.float_info.max):
                unit_word = unit_of(wire.Unit(unit)) if unit else None
                found[flow.energy_type, flow.direction, unit_word, start] = (
                    None if amount is None else float(amount)
                )
    return found


def records_of(channel: Any) -> Iterator[tuple[str, str | None, str, float | None]]:
    if not isinstance(channel, dict):
        return
    members = {name.lower(): member for name, member in channel.items()}
    name, unit = members.get("channelid"), members.get("unit")
    lists = [members.get("usagerecords") or [], members.get("usagerecord") or []]
    if not isinstance(name, str) or not name or not isinstance(unit, str | None):
        return
    if not all(isinstance(one, list) for one in lists):
        return
    for record in [record for one in lists for record in one]:
        if isinstance(record, dict):
            told = {name.lower(): member for name, member in record.items()}
            text, amount = told.get("timestamp"), told.get("amount")
            if isinstance(text, str) and type(amount) in (int, float, type(None)):
                yield name, unit, text, amount


def instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if len(text) < 12 or not 1900 <= moment.year <= 2200:
        return None
    moment = moment.astimezone(UTC)
    return None if moment.minute or moment.second or moment.microsecond else moment


def test_a_damaged_reply_is_read_as_it_says_or_refused() -> None:
    verdicts = []
    for number in range(COUNT):
        body = mutated(WHOLE, random.Random(number))
        try:
            decoded = read(body)
        except DecodeError:
            verdicts.append("refused")
            continue
        verdicts.append("damaged" if decoded.undecoded else "whole")
        assert amounts_of(decoded) == said_by(body), f"reply {number}: {body!r}"
    assert {"refused", "damaged", "whole"} == set(verdicts), "of each there are some"


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 97))
def test_a_reply_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(DecodeError):
        read(WHOLE[:cut])


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "usageChannels",
                        "usageRecords",
                        "data",
                        "channelId",
                        "timestamp",
                        "amount",
                        "x",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_json_it_is_nothing_but_a_decode_error_is_raised(content: Any) -> None:
    try:
        decoded = read(json.dumps(content).encode())
    except DecodeError:
        return
    assert decoded.channels >= 0
