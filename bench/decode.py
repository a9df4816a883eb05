"""How long does it take to turn an energy reply into measurements?

Half a year of quarter-hours with offtake and injection, compared in one run with reading the
bytes only, with parsing the JSON, and with validating it through Pydantic models into objects,
as typed clients commonly do. Ratios are against our own decoding.

    python bench/decode.py [--days N] [--runs N]

Neither Pydantic nor the client fluvius-energy-api (which needs Python 3.12) is a dependency of
kwartier: the line of one that is not installed is left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import msgspec

from kwartier.fluvius.decode import decode_energy
from kwartier.wire import fluvius_v3 as wire

FETCHED_AT = datetime(2025, 1, 8, tzinfo=UTC)


def energy_reply(days: int) -> bytes:
    """A digital meter's quarters, two values each, one in fifty estimated."""
    start, step = datetime(2024, 6, 30, 22, tzinfo=UTC), timedelta(minutes=15)

    def value(amount: int, state: str) -> wire.MeasuredValue:
        return wire.MeasuredValue(value=amount / 1000, unit="kWh", validation_state=state)

    slices = [
        wire.Slice(
            start=start + step * i,
            end=start + step * (i + 1),
            measurements=[
                wire.Measurement(
                    offtake=wire.MeasurementSet(total=value(i % 977, "READ" if i % 50 else "EST")),
                    injection=wire.MeasurementSet(total=value(i % 13, "READ")),
                )
            ],
        )
        for i in range(days * 96)
    ]
    meter = wire.PhysicalMeter(seq_number="1", meter_id="1SAG-1", quarter_hourly_energy=slices)
    headpoint = wire.Headpoint(
        type_=wire.HeadpointType.METERING_ON_METER,
        ean="541440110000000001",
        energy_type=wire.EnergyType.ELECTRICITY,
        physical_meters=[meter],
    )
    return msgspec.json.encode(wire.EnergyResponse(data=wire.Energy(headpoint=headpoint)))


def contenders(body: bytes) -> dict[str, Callable[[], object]]:
    typed = msgspec.json.Decoder(wire.EnergyResponse)
    found: dict[str, Callable[[], object]] = {
        "kwartier: JSON to measurements table": lambda: decode_energy(body, fetched_at=FETCHED_AT),
        "reading the bytes only": lambda: bytes(bytearray(body)),
        "msgspec, untyped JSON": lambda: msgspec.json.decode(body),
        "msgspec, typed JSON with datetimes": lambda: typed.decode(body),
        "json.loads": lambda: json.loads(body),
    }
    if find_spec("pydantic") is not None:
        validate = pydantic_model().model_validate_json
        found["Pydantic models (ours, of the same reply)"] = lambda: validate(body)
    if find_spec("fluvius_energy_api") is not None:
        models = import_module("fluvius_energy_api.models")
        theirs = models.GetEnergyResponseApiDataResponse.model_validate_json
        found["fluvius-energy-api's models"] = lambda: theirs(body)
    return found


def pydantic_model() -> Any:
    """The reply as Pydantic models, a plain transcription of the documented members."""
    pydantic = import_module("pydantic")
    to_camel = import_module("pydantic.alias_generators").to_camel
    camel = pydantic.ConfigDict(alias_generator=to_camel)

    def model(name: str, **members: Any) -> Any:
        return pydantic.create_model(
            name, __config__=camel, **{k: (t | None, None) for k, t in members.items()}
        )

    value = model("Value", value=float, unit=str, validation_state=str, gas_conversion_factor=str)
    registers = ("total", "day", "night", "reactive", "inductive", "capacitive")
    of_direction = model("Registers", **dict.fromkeys(registers, value))
    directions = ("offtake", "injection", "production", "auxiliary")
    measurement: Any = model("Measurement", **dict.fromkeys(directions, of_direction))
    one: Any = model("Slice", start=datetime, end=datetime, measurements=list[measurement])
    arrays = dict.fromkeys(("daily_energy", "hourly_energy", "quarter_hourly_energy"), list[one])
    meter: Any = model("Meter", seq_number=str, **arrays)
    headpoint = model("Headpoint", ean=str, energy_type=str, physical_meters=list[meter], **arrays)
    return model("Reply", data=model("Data", headpoint=headpoint))


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description="Time the decoding of an energy reply.")
    arguments.add_argument("--days", type=int, default=184)
    arguments.add_argument("--runs", type=int, default=9)
    chosen = arguments.parse_args()
    body = energy_reply(chosen.days)
    works = contenders(body)
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(chosen.runs):
        for name, work in works.items():
            times[name].append(milliseconds(work))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ours = next(iter(medians.values()))
    print(f"decode: {len(body) / 1e6:.1f} MB, {chosen.days * 96:,} slices, 2 values each")
    for name, taken in medians.items():
        print(f"  {name:45s} {taken:8.1f} ms  {taken / ours:5.2f} x ours")


if __name__ == "__main__":
    main()
