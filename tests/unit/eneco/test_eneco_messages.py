"""Usages as objects, whichever way their members are written; spans page by page."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kwartier.eneco import ChannelId, DecodeError, ForbiddenError, Unit
from kwartier.eneco.replies import read_usages_message, usages_reader
from kwartier.transport import BrokenReplyError, Reply

DATE = "Wed, 08 Jan 2025 09:15:00 GMT"
RECORD = {"timestamp": "2025-01-07T09:00:00Z", "amount": 0.25}


def usages(*channels: dict[str, Any], **changes: Any) -> bytes:
    body = {
        "startDate": "2025-01-07T09:00:00Z",
        "endDate": "2025-01-08T09:00:00Z",
        "usageChannels": list(channels),
        **changes,
    }
    return msgspec.json.encode(body)


def ok(body: bytes, **headers: str) -> Reply:
    return Reply(status=200, headers={"date": DATE, **headers}, body=body)


@pytest.mark.parametrize("name", ["usageRecords", "usageRecord", "UsageRecords"])
def test_records_are_read_under_either_name(name: str) -> None:
    channel = {"channelId": "Warmth", "unit": "Centigrade", name: [RECORD]}
    read = read_usages_message(ok(usages(channel)))

    (found,) = read.usage_channels
    assert (found.channel_id, found.unit) == (ChannelId.WARMTH, Unit.CENTIGRADE)
    assert [(each.timestamp, each.amount) for each in found.usage_records] == [
        ("2025-01-07T09:00:00Z", 0.25)
    ]


def test_unknown_channels_and_missing_amounts_are_kept() -> None:
    channel = {
        "channelId": "Steam",
        "unit": "GigaJoule",
        "usageRecords": [{"timestamp": "2025-01-07T09:00:00", "amount": None}],
    }
    (found,) = read_usages_message(ok(usages(channel))).usage_channels

    assert (found.channel_id, found.channel_id.is_known) == ("Steam", False)
    assert (found.unit, found.unit.is_known) == ("GigaJoule", False)
    assert found.usage_records[0].amount is None


@pytest.mark.parametrize(
    "body",
    [
        usages(startDate=None),
        usages({"channelId": "Warmth", "unit": "Centigrade", "usageRecords": [{"amount": 1}]}),
        usages({"channelId": "Gas", "usageRecords": [{**RECORD, "amount": "much"}]}),
        b'{"readings": []}',
        b"[]",
    ],
)
def test_objects_are_all_of_a_reply_or_none(body: bytes) -> None:
    with pytest.raises(DecodeError):
        read_usages_message(ok(body))


def test_bytes_are_only_looked_at_for_being_whole() -> None:
    read = usages_reader("owner")
    reply = read(ok(usages(startDate=None)))
    assert reply.body == usages(startDate=None)
    assert "owner" not in repr(reply)
    with pytest.raises(BrokenReplyError, match="damaged"):
        read(ok(usages()[:-1]))
    with pytest.raises(BrokenReplyError, match="tells no time"):
        read(Reply(status=200, body=usages()))
    with pytest.raises(ForbiddenError):
        read(Reply(status=403, body=b"{}"))
