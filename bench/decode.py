"""How long does it take to turn an energy reply into measurements?

    make bench, or: python bench/decode.py [--days N] [--rounds N]

Half a year of quarter-hours with offtake and injection, compared in one run with the packages
fluvius-energy-api and polars-fluvius (the same bytes to a DataFrame, their own way) and with the
bare parse of pysimdjson, which gives no values yet. Beside the usual reply: one of which every
tenth slice is laid out differently, and one of which no slice is as usual.

The peers are installed for the benchmark only (bench/requirements.txt and bench/peers.txt, into a
virtual environment of their own).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

import msgspec

from figures import Figure, medians, print_figures
from kwartier.fluvius.decode import decode_energy
from kwartier.wire import fluvius_v3 as wire

FETCHED_AT = datetime(2025, 1, 8, tzinfo=UTC)


def energy_reply(days: int) -> bytes:
    """A digital meter's quarters, two values each, one in fifty estimated."""
    start, step = datetime(2024, 6, 30, 22, tzinfo=UTC), timedelta(minutes=15)

    read, estimated = wire.ValidationState.READ, wire.ValidationState.EST

    def value(amount: int, state: wire.ValidationState) -> wire.MeasuredValue:
        return wire.MeasuredValue(value=amount / 1000, unit=wire.Unit.KWH, validation_state=state)

    slices = [
        wire.Slice(
            start=start + step * i,
            end=start + step * (i + 1),
            measurements=[
                wire.Measurement(
                    offtake=wire.MeasurementSet(
                        total=value(i % 977, read if i % 50 else estimated)
                    ),
                    injection=wire.MeasurementSet(total=value(i % 13, read)),
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


def with_odd_slices(body: bytes, every: int) -> bytes:
    """The same values; every so manieth slice is written with its members in another order."""
    content = json.loads(body)
    slices = content["data"]["headpoint"]["physicalMeters"][0]["quarterHourlyEnergy"]
    for i in range(0, len(slices), every):
        slices[i] = dict(reversed(slices[i].items()))
        slices[i][f"remark{i}"] = {}
    return json.dumps(content, separators=(",", ":")).encode()


def their_dataframe(body: bytes) -> object:
    """JSON, Pydantic models, rows, DataFrame: as polars-fluvius goes about a reply."""
    model = import_module("fluvius_energy_api").GetEnergyResponseApiDataResponse
    rows = import_module("polars_fluvius.converters.energy_converter").convert_energy_response(
        model.model_validate(json.loads(body))
    )
    schema = import_module("polars_fluvius").ENERGY_SCHEMA
    return import_module("polars").DataFrame(rows, schema=schema, orient="row")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Time the decoding of an energy reply.")
    arguments.add_argument("--days", type=int, default=185)
    arguments.add_argument("--rounds", type=int, default=9)
    chosen = arguments.parse_args()
    body = energy_reply(chosen.days)
    some_odd, all_odd = with_odd_slices(body, 10), with_odd_slices(body, 1)
    parser = import_module("simdjson").Parser()

    def ours(reply: bytes) -> Callable[[], object]:
        return lambda: decode_energy(reply, fetched_at=FETCHED_AT)

    def bare_parse() -> None:
        parser.parse(body)

    taken = medians(
        {
            "ours": ours(body),
            "bare parse": bare_parse,
            "msgspec": lambda: msgspec.json.decode(body),
            "some odd": ours(some_odd),
        },
        chosen.rounds,
    )
    taken |= medians(
        {"ours beside theirs": ours(body), "theirs": lambda: their_dataframe(body)},
        max(3, chosen.rounds // 3),
    )
    taken |= medians({"all odd": ours(all_odd)}, 3)
    slices = chosen.days * 96
    print(f"decode: {len(body) / 1e6:.1f} MB, {slices:,} slices, {2 * slices:,} values")
    usual, packages = "to a measurements table", "fluvius-energy-api + polars-fluvius"
    print_figures(
        [
            Figure(
                what=usual,
                ours=taken["ours beside theirs"],
                peer=packages,
                theirs=taken["theirs"],
                aim=30,
            ),
            Figure(
                what=usual,
                ours=taken["ours"],
                peer="pysimdjson, bare parse",
                theirs=taken["bare parse"],
                aim=16,
                sense="within",
            ),
            Figure(
                what=usual, ours=taken["ours"], peer="msgspec, untyped", theirs=taken["msgspec"]
            ),
            Figure(
                what="every tenth slice odd",
                ours=taken["some odd"],
                peer=packages,
                theirs=taken["theirs"],
            ),
            Figure(
                what="all slices odd", ours=taken["all odd"], peer=packages, theirs=taken["theirs"]
            ),
        ]
    )


if __name__ == "__main__":
    main()
