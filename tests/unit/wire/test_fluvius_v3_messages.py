from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from kwartier.wire.entra import TokenReply
from kwartier.wire.fluvius_v3 import (
    EnergyResponse,
    Mandate,
    MandatesResponse,
    MandateStatus,
    Problem,
)

ENERGY = b"""
{"data": {"headpoint": {"$type": "metering-on-meter", "ean": "541441010000000000",
  "energyType": "G", "later": 1, "physicalMeters": [{"seqNumber": "1", "meterID": "M",
  "hourlyEnergy": [{"start": "2026-01-01T05:00:00Z", "end": "2026-01-01T06:00:00Z",
    "measurements": [
      {"offtake": {"total": {"value": 0.5, "unit": "m3", "validationState": "READ"}}},
      {"offtake": {"total": {"value": null, "unit": "kWh", "gasConversionFactor": "P"}}}]}]}]}},
 "_meta": {"fetchTime": "2026-01-02T05:00:00Z"}}
"""


def test_energy_is_read_by_the_names_on_the_wire() -> None:
    reply = msgspec.json.decode(ENERGY, type=EnergyResponse)
    assert reply.meta is not None
    assert reply.meta.fetch_time == datetime(2026, 1, 2, 5, tzinfo=UTC)
    headpoint = reply.data.headpoint
    assert headpoint is not None
    assert headpoint.type_ == "metering-on-meter"
    assert headpoint.physical_meters is not None
    [meter] = headpoint.physical_meters
    assert (meter.meter_id, meter.daily_energy) == ("M", None)
    assert meter.hourly_energy is not None
    [one] = meter.hourly_energy
    assert one.measurements is not None
    volume, energy = (m.offtake.total for m in one.measurements if m.offtake)
    assert volume is not None
    assert energy is not None
    assert (volume.value, volume.unit) == (0.5, "m3")
    assert (energy.value, energy.gas_conversion_factor) == (None, "P")


def test_members_that_do_not_apply_are_omitted() -> None:
    mandate = Mandate(reference_number="R", status=MandateStatus.REQUESTED)
    assert msgspec.to_builtins(mandate) == {"referenceNumber": "R", "status": "Requested"}


def test_one_new_word_does_not_cost_the_other_mandates() -> None:
    body = b'{"data": {"mandates": [{"status": "Frozen"}, {"status": "approved"}]}}'
    first, second = msgspec.json.decode(body, type=MandatesResponse).data.mandates
    assert first.status == "Frozen"
    assert second.status is MandateStatus.APPROVED


def test_one_new_word_does_not_cost_the_other_values() -> None:
    new = b"""{"data": {"headpoint": {"$type": "metering-elsewhere", "energyType": "H",
      "subHeadpoints": [{"$type": "submetering-heat", "type": "H2", "dailyEnergy": [
        {"start": "2026-01-01T05:00:00Z", "end": "2026-01-02T05:00:00Z", "measurements": [
          {"offtake": {"total": {"value": 1.5, "unit": "GJ", "validationState": "CALC",
                                 "gasConversionFactor": "X"}}}]}]}]}}}"""
    headpoint = msgspec.json.decode(new, type=EnergyResponse).data.headpoint
    assert headpoint is not None
    [part] = headpoint.sub_headpoints or []
    [day] = part.daily_energy or []
    [measurement] = day.measurements or []
    assert measurement.offtake is not None
    total = measurement.offtake.total
    assert total is not None
    words = (headpoint.type_, headpoint.energy_type, part.type_, part.type, total.unit,
             total.validation_state, total.gas_conversion_factor)  # fmt: skip
    assert words == ("metering-elsewhere", "H", "submetering-heat", "H2", "GJ", "CALC", "X")
    assert not any(word.is_known for word in words if word is not None)
    assert total.value == 1.5


def test_error_bodies_are_in_pascal_case() -> None:
    problem = Problem(type="T", code="C", message="M", validation_error_messages=["one"])
    assert set(msgspec.to_builtins(problem)) == {
        "Type",
        "Code",
        "Message",
        "ValidationErrorMessages",
    }


def test_a_token_does_not_show_in_repr() -> None:
    reply = TokenReply("Bearer", 3599, 3599, "secret-token")
    assert "secret-token" not in repr(reply)
