"""Replies that nobody should send: each becomes one of our errors, or costs no more than itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from kwartier.errors import KwartierError
from kwartier.fluvius import DecodeError, read_energy
from kwartier.fluvius.entra import read_token
from kwartier.fluvius.refusals import refusal
from kwartier.fluvius.replies import read_energy_reply, read_mandate_list, read_mandates
from kwartier.sync import to_mandate
from kwartier.transport import BrokenReplyError, Reply

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DATE = {"date": "Fri, 20 Nov 2026 12:00:00 GMT"}
EAN = "541440110000000001"
DEEP = b"[" * 100_000

GOOD = {
    "referenceNumber": "R-1",
    "status": "Approved",
    "ean": EAN,
    "energyType": "E",
    "dataPeriodFrom": "2025-12-31T23:00:00Z",
    "dataServiceType": "VH_dag",
}


def listing(*mandates: Any, meta: Any = None) -> Reply:
    body = {"data": {"mandates": list(mandates)}, "_meta": meta}
    return Reply(status=200, headers=DATE, body=msgspec.json.encode(body))


@pytest.mark.parametrize(
    "damage",
    [
        {"dataPeriodFrom": "soon"},
        {"dataPeriodFrom": "2026-01-01"},
        {"dataPeriodTo": "2026-01-01T00:00:00"},
        {"mandateExpirationDate": 20281231},
        {"dataPeriodFrom": "0001-01-01T00:00:00+02:00"},
        {"referenceNumber": 7},
        {"status": 1},
        {"energyType": ["E"]},
        {"ean": 541440110000000001},
        {"ean": "123"},
        {"ean": ""},
    ],
)
def test_a_damaged_mandate_costs_no_other(damage: dict[str, Any]) -> None:
    other = {**GOOD, "referenceNumber": "R-2"}
    listed = read_mandate_list(listing(GOOD, {**GOOD, **damage}, other))
    assert [mandate.reference_number for mandate in listed.mandates] == ["R-1", "R-2"]
    assert listed.fetched_at == AT
    (note,) = listed.undecoded
    assert note.path == "$.data.mandates[1]"
    assert note.why
    assert EAN not in note.why


@pytest.mark.parametrize("damaged", [None, 3, "mandate", [GOOD]])
def test_what_is_no_mandate_at_all_costs_no_other(damaged: Any) -> None:
    listed = read_mandate_list(listing(damaged, GOOD))
    assert len(listed.mandates) == len(listed.undecoded) == 1


def test_unknown_words_are_no_damage() -> None:
    words = {"status": "Paused", "energyType": "H", "dataServiceType": "VH_minuut", "new": {}}
    listed = read_mandate_list(listing({**GOOD, **words}))
    assert listed.undecoded == ()
    mandate = to_mandate(listed.mandates[0], "1")
    assert (mandate.status, mandate.energy_type, mandate.data_service_type) == (
        "Paused", "H", "VH_minuut",
    )  # fmt: skip


def test_other_zones_are_the_same_instants() -> None:
    listed = read_mandate_list(listing({**GOOD, "dataPeriodFrom": "2026-01-01T00:00:00+01:00"}))
    start = listed.mandates[0].data_period_from
    assert start == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert start.tzinfo is UTC


@pytest.mark.parametrize("stated", ["soon", "2026-11-20T13:00:00", "9999-12-31T23:59:59-05:00", 5])
def test_a_damaged_fetch_time_gives_way_to_the_date_header(stated: Any) -> None:
    assert read_mandate_list(listing(GOOD, meta={"fetchTime": stated})).fetched_at == AT
    energy = msgspec.json.encode({"data": {}, "_meta": {"fetchTime": stated}})
    assert read_energy_reply(Reply(status=200, headers=DATE, body=energy)).fetched_at == AT


def test_asked_for_as_objects_one_damaged_mandate_fails_the_reply() -> None:
    with pytest.raises(DecodeError, match="ean"):
        read_mandates(listing(GOOD, {**GOOD, "ean": 5}))
    with pytest.raises(DecodeError, match="dataPeriodTo"):
        read_mandates(listing({**GOOD, "dataPeriodTo": "2026-01-01T00:00:00"}))


@pytest.mark.parametrize("body", [DEEP, b'{"data":' + DEEP, b'{"x":' + DEEP])
def test_what_is_nested_beyond_reason_is_a_broken_reply(body: bytes) -> None:
    reply = Reply(status=200, headers=DATE, body=body)
    for read in (read_mandates, read_mandate_list, read_energy_reply, read_token):
        with pytest.raises(BrokenReplyError):
            read(reply)
    assert "no reason given" in str(refusal(Reply(status=500, body=body)))
    with pytest.raises(DecodeError):
        read_energy(body, fetched_at=AT)


def energy(*slices: bytes) -> bytes:
    return (
        b'{"data":{"headpoint":{"$type":"metering-on-meter","ean":"%s","energyType":"E",'
        b'"physicalMeters":[{"meterID":"M","quarterHourlyEnergy":[%s]}]}}}'
    ) % (EAN.encode(), b",".join(slices))


def a_slice(start: str, end: str, amount: bytes = b"1.5") -> bytes:
    measured = b'[{"offtake":{"total":{"value":%s,"unit":"kWh"}}}]' % amount
    return b'{"start":"%s","end":"%s","measurements":%s}' % (
        start.encode(), end.encode(), measured,
    )  # fmt: skip


USUAL = a_slice("2026-11-01T00:00:00Z", "2026-11-01T00:15:00Z")


@pytest.mark.parametrize(
    "damaged",
    [
        a_slice("0001-01-01T00:00:00+02:00", "0001-01-01T00:15:00+02:00"),
        a_slice("9999-12-31T23:00:00-02:00", "9999-12-31T23:15:00-02:00"),
        a_slice("2026-11-01T00:15:00Z", "2026-11-01T00:30:00Z", b"1e999"),
        a_slice("2026-11-01T00:15:00Z", "2026-11-01T00:30:00Z", b"9" * 400),
    ],
    ids=["before all years", "after all years", "too large", "too many digits"],
)
@pytest.mark.parametrize("irregular", [(), (b'{"start":7}',)], ids=["regular", "irregular"])
def test_a_slice_out_of_all_bounds_costs_no_other(
    damaged: bytes, irregular: tuple[bytes, ...]
) -> None:
    decoded = read_energy(energy(USUAL, damaged, *irregular), fetched_at=AT)
    (row,) = decoded.table.to_pylist()
    assert row["start"] == datetime(2026, 11, 1, tzinfo=UTC)
    assert len(decoded.undecoded) == 1 + len(irregular)


def test_a_reply_that_is_no_json_number_is_ours_to_tell() -> None:
    nan = a_slice("2026-11-01T00:15:00Z", "2026-11-01T00:30:00Z", b"NaN")
    with pytest.raises(KwartierError):
        read_energy(energy(USUAL, nan), fetched_at=AT)


@pytest.mark.parametrize("text", ["EAN541440110000000001", "x_541440110000000001_y"])
def test_metering_points_are_masked_wherever_they_stand(text: str) -> None:
    body = msgspec.json.encode({"Type": text, "Code": text, "Message": text})
    error = refusal(Reply(status=400, body=body))
    assert EAN not in f"{error} {error.code} {error.type}"
    assert "ean:" in str(error)
