"""What Fluvius documents of energy in the ESCO API v3, one row a claim (see test_acceptance_v3)."""

from __future__ import annotations

import re
from typing import Any

from support.acceptance import ABSENT, Json, Row, count, stated
from support.acceptance_v3 import (
    AMR,
    DAYS,
    ENERGY,
    GAS_DAY,
    GAS_DAYS,
    GAS_HOURS,
    METER,
    NOT_FOUND,
    ONE_DAY,
    QUARTERS,
    QUERY_REFUSED,
    asking,
    mandate,
)


def quarters(reference: str, ean: str = QUARTERS, **changes: Any) -> Json:
    return mandate(reference, ean, dataServiceType="VH_kwartier_uur", **changes)


ENERGIES = [
    Row(
        claim="days of electricity: day and night, from midnight to midnight in Brussels",
        mocks=(mandate("ACCEPT-25"),),
        path=ENERGY,
        query=asking(DAYS, *ONE_DAY, granularity="daily"),
        status=200,
        expect={
            "data/headpoint/$type": "metering-on-meter",
            "data/headpoint/ean": DAYS,
            "data/headpoint/energyType": "E",
            f"{METER}/seqNumber": "1",
            f"{METER}/dailyEnergy": count(1),
            f"{METER}/quarterHourlyEnergy": ABSENT,
            f"{METER}/dailyEnergy/0/start": ONE_DAY[0],
            f"{METER}/dailyEnergy/0/end": ONE_DAY[1],
            f"{METER}/dailyEnergy/0/measurements/0/injection": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/0/offtake/day/unit": "kWh",
            f"{METER}/dailyEnergy/0/measurements/0/offtake/day/validationState": {"READ", "EST"},
            f"{METER}/dailyEnergy/0/measurements/0/offtake/night/unit": "kWh",
        },
    ),
    *(
        Row(
            claim=f"the day from {start} to {end} is one of {number} quarters",
            mocks=(quarters("ACCEPT-26"), mandate("ACCEPT-26", QUARTERS)),
            path=ENERGY,
            query=asking(QUARTERS, start, end),
            status=200,
            expect={
                f"{METER}/quarterHourlyEnergy": count(number),
                f"{METER}/dailyEnergy": count(1),
            },
        )
        for start, end, number in (
            ("2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z", 92),
            ("2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z", 100),
            ("2024-10-27T23:00:00Z", "2024-10-28T23:00:00Z", 96),
        )
    ),
    Row(
        claim="quarter-hours of electricity: totals, both directions, no days",
        mocks=(quarters("ACCEPT-27", "541440110000000002"),),
        path=ENERGY,
        query=asking("541440110000000002", *ONE_DAY, granularity="hourly_quarterhourly"),
        status=200,
        expect={
            f"{METER}/dailyEnergy": ABSENT,
            f"{METER}/hourlyEnergy": ABSENT,
            f"{METER}/quarterHourlyEnergy": count(96),
            f"{METER}/quarterHourlyEnergy/*/measurements/0/offtake/total/unit": "kWh",
            f"{METER}/quarterHourlyEnergy/*/measurements/0/injection/total/unit": "kWh",
            f"{METER}/quarterHourlyEnergy/*/measurements/0/offtake/day": ABSENT,
        },
    ),
    Row(
        claim="days of gas begin at six in Brussels; m3 first, then kWh with its factor",
        mocks=(mandate("ACCEPT-28", GAS_DAYS),),
        path=ENERGY,
        query=asking(GAS_DAYS, *GAS_DAY, granularity="daily"),
        status=200,
        expect={
            "data/headpoint/energyType": "G",
            f"{METER}/dailyEnergy/0/start": GAS_DAY[0],
            f"{METER}/dailyEnergy/0/end": GAS_DAY[1],
            f"{METER}/dailyEnergy/0/measurements": count(2),
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total/unit": "m3",
            f"{METER}/dailyEnergy/0/measurements/0/offtake/total/gasConversionFactor": ABSENT,
            f"{METER}/dailyEnergy/0/measurements/1/offtake/total/unit": "kWh",
            f"{METER}/dailyEnergy/0/measurements/1/offtake/total/gasConversionFactor": "D",
        },
    ),
    *(
        Row(
            claim=f"the gas day from {start} to {end} is one slice of {hours} hours",
            mocks=(mandate("ACCEPT-28", GAS_HOURS, dataServiceType="VH_onbepaald"),),
            path=ENERGY,
            query=asking(GAS_HOURS, start, end),
            status=200,
            expect={f"{METER}/dailyEnergy": count(1), f"{METER}/hourlyEnergy": count(hours)},
        )
        for start, end, hours in (
            ("2024-03-30T05:00:00Z", "2024-03-31T04:00:00Z", 23),
            ("2024-10-26T04:00:00Z", "2024-10-27T05:00:00Z", 25),
        )
    ),
    Row(
        claim="hours of gas, and nothing else",
        mocks=(quarters("ACCEPT-29", "541441010000000002"),),
        path=ENERGY,
        query=asking("541441010000000002", *GAS_DAY, granularity="hourly_quarterhourly"),
        status=200,
        expect={
            f"{METER}/hourlyEnergy": count(24),
            f"{METER}/dailyEnergy": ABSENT,
            f"{METER}/quarterHourlyEnergy": ABSENT,
        },
    ),
    Row(
        claim="AMR is metered at the headpoint, in its own words, with reactive energy",
        mocks=(quarters("ACCEPT-30", AMR),),
        path=ENERGY,
        query=asking(AMR, *ONE_DAY),
        status=200,
        expect={
            "data/headpoint/$type": "metering-on-headpoint",
            "data/headpoint/physicalMeters": ABSENT,
            "data/headpoint/quarterHourlyEnergy": count(96),
            "data/headpoint/quarterHourlyEnergy/*/measurements/0/offtake/total/validationState": {
                "VAL",
                "NVAL",
            },
            "data/headpoint/quarterHourlyEnergy/*/measurements/0/offtake/inductive/unit": "kVArh",
        },
    ),
    Row(
        claim="by time of storing: what was stored yesterday, measured before",
        mocks=(mandate("ACCEPT-32"),),
        path=ENERGY,
        query=asking(DAYS, "2025-01-06T23:00:00Z", "2025-01-07T23:00:00Z", periodType="insertTime"),
        status=200,
        expect={
            f"{METER}/dailyEnergy/*/start": lambda start: start < "2025-01-06T23:00:00Z",
            f"{METER}/dailyEnergy/0/start": lambda start: start <= "2025-01-05T23:00:00Z",
        },
    ),
    Row(
        claim="the last slice may end at the period's end, and none after it",
        mocks=(quarters("ACCEPT-37", "541440110000000003"),),
        path=ENERGY,
        query=asking("541440110000000003", ONE_DAY[0], "2024-12-02T22:59:59Z"),
        status=200,
        expect={f"{METER}/quarterHourlyEnergy": count(95)},
    ),
    Row(
        claim="a mandate for quarter-hours opens no days",
        mocks=(quarters("ACCEPT-38", "541440110000000004"),),
        path=ENERGY,
        query=asking("541440110000000004", *ONE_DAY, granularity="daily"),
        status=404,
        expect=NOT_FOUND,
    ),
    Row(
        claim="a mandate without data yet: a meter without slices",
        mocks=(mandate("ACCEPT-39", "541440000000000004"),),
        path=ENERGY,
        query=asking("541440000000000004", "2025-01-08T00:00:00Z", "2025-01-08T11:00:00Z"),
        status=200,
        expect={f"{METER}/dailyEnergy": ABSENT, f"{METER}/quarterHourlyEnergy": ABSENT},
    ),
    *(
        Row(
            claim=f"a mandate that is {status} opens nothing",
            mocks=(mandate("ACCEPT-36", "541440000000000005", status=status),),
            path=ENERGY,
            query=asking("541440000000000005", *ONE_DAY),
            status=404,
            expect=NOT_FOUND,
        )
        for status in ("Requested", "Rejected", "Finished")
    ),
    *(
        Row(
            claim=f"energy from {start} to {end}",
            mocks=(mandate("ACCEPT-24", "541440000000000006"),),
            path=ENERGY,
            query=asking("541440000000000006", start, end),
            status=200,
        )
        for start, end in (
            ("2024-06-30T22:00:00Z", "2025-01-01T22:00:00Z"),
            ("2024-06-30T22:00:00Z", "2025-01-01T23:00:00Z"),
            ("2022-01-08T00:00:00Z", "2022-01-09T00:00:00Z"),
        )
    ),
    *(
        Row(
            claim=f"no energy with {changes}",
            path=ENERGY,
            query=stated({**asking(DAYS, *ONE_DAY), **changes}),
            status=400,
            expect=QUERY_REFUSED,
        )
        for changes in (
            {"ean": "123"},
            {"ean": ABSENT},
            {"ean": ABSENT, "eanNumber": DAYS},
            {"periodType": ABSENT},
            {"periodType": "ReadTime"},
            {"from": ABSENT},
            {"to": ABSENT},
            {"to": ONE_DAY[0]},
            {"from": "2024-06-30T22:00:00Z", "to": "2025-01-02T22:00:00Z"},
            {"from": "2021-01-08T00:00:00Z", "to": "2021-01-09T00:00:00Z"},
            {"granularity": "Daily"},
            {"complexEnergyTypes": "active,all"},
        )
    ),
    Row(
        claim="a wrong EAN is told how many digits it has",
        path=ENERGY,
        query=asking("123", *ONE_DAY),
        status=400,
        expect={"ValidationErrorMessages/0": re.compile(r".*'ean'.*18 digits.*")},
    ),
    *(
        Row(
            claim=f"both granularities, parted by {separator}, and a data service ignored",
            mocks=(mandate("ACCEPT-40", "541440110000000007", dataServiceType="VH_onbepaald"),),
            path=ENERGY,
            query={
                "EAN": "541440110000000007",
                "PeriodType": "readTime",
                "From": ONE_DAY[0],
                "TO": ONE_DAY[1],
                "Granularity": f"daily{separator}hourly_quarterhourly",
                "DataServiceType": "VH_dag",
            },
            status=200,
            expect={f"{METER}/dailyEnergy": count(1), f"{METER}/quarterHourlyEnergy": count(96)},
        )
        for separator in (",", ";", "|")
    ),
]
