"""What the columns of a published dataset say, and in which unit."""

from __future__ import annotations

from typing import Final

from kwartier.measurements import MEASUREMENTS_SCHEMA

Columns = dict[str, str]

_POINT: Final = "the metering point, always text: an EAN of 18 digits, or of Eneco a UUID"
_MONTH: Final = (
    "the local month in Brussels, such as 2026-01; for gas the gas days that begin in it"
)

ROWS: Final[dict[str, str]] = {
    "measurements": "one value of one register over one slice of time, as last fetched",
    "peaks": "the highest quarter-hour of a metering point's offtake in a month",
    "coverage": "how complete a metering point's values of one granularity are in a month",
    "totals": "what one register counted in a month; where no total is given, day and night",
    "gas_days": "the gas of a metering point and gas day, 06:00 to 06:00 in Brussels",
    "mandates": "a mandate as the provider last stated it; no names, no contact data",
}

COLUMNS: Final[dict[str, Columns]] = {
    "measurements": {
        field.name: field.metadata[b"description"].decode() for field in MEASUREMENTS_SCHEMA
    },
    "peaks": {
        "metering_point": _POINT,
        "month": _MONTH,
        "kw": "kW: four times the kWh of the highest quarter; null when nothing was measured",
        "status": "final, provisional (still open), incomplete, or unavailable (days only)",
        "expected": "quarters that should be there",
        "present": "quarters that are there",
        "not_measured": "quarters that are there, but estimated or not validated",
        "at": "when that quarter began, UTC",
        "lower_bound": "whether the true peak may be higher",
    },
    "coverage": {
        "metering_point": _POINT,
        "energy_type": "electricity, gas, ...",
        "granularity": "PT15M, PT1H or P1D",
        "month": _MONTH,
        "expected": "slices that should be there",
        "present": "slices that are there",
        "missing": "slices that should be there and are not",
        "estimated": "slices that are estimated (EST)",
        "not_measured": "slices whose state is not that of a measured value (of Eneco none: it "
        "tells no states)",
        "provisional": "slices of gas whose kWh rest on a provisional conversion factor",
        "states": "how many slices are in each validation state, the worst of each slice (of "
        "Eneco empty)",
        "gaps": "stretches of missing slices: start (inclusive) and end (exclusive), UTC",
    },
    "totals": {
        "metering_point": _POINT,
        "energy_type": "electricity, gas, ...",
        "sub_headpoint": "what is metered behind the headpoint; null for the point itself",
        "period": _MONTH,
        "start": "when the month begins, UTC",
        "end": "when it ends, UTC",
        "direction": "offtake, injection, production, auxiliary",
        "register": "total, day, night, reactive, ...: never add total to day and night",
        "unit": "kWh, m3, GJ, kVArh, ...: never add units up, nor kinds of energy",
        "value": "in unit; null when nothing is there",
        "granularity": "what it is the sum of: P1D where the mandate opens days, else finer",
        "expected": "slices that should be there",
        "present": "slices that are there whole",
        "estimated": "of those, estimates",
        "estimated_share": "estimated / present; null when nothing is there",
        "complete": "whether all that should be there is",
        "gas_conversion_factor": "of kWh of gas, the least certain: P, C or D; null elsewhere",
    },
    "gas_days": {
        "metering_point": _POINT,
        "gas_day": "the local date on which the gas day begins",
        "m3": "cubic metres; null when not given",
        "kwh": "kWh; null when not given",
        "gas_conversion_factor": "P provisional, C constant, D definitive: the least certain",
        "granularity": "P1D: the day's own value; PT1H: the sum of its 23, 24 or 25 hours",
        "complete": "whether no hour is missing",
    },
    "mandates": {
        "customer_id": "your own id of the customer who gave it",
        "reference_number": "the number under which it was asked for",
        "metering_point": f"{_POINT}; null unless it is approved",
        "energy_type": "electricity, gas or heat; null unless it is approved",
        "data_service_type": "the data service, in the provider's words",
        "status": "Requested, Approved, Rejected or Finished",
        "period_start": "values measured from here on are shared, UTC",
        "period_end": "values measured before here are shared, UTC; null when open-ended",
        "expires_at": "when the mandate itself expires, UTC",
        "renewal_status": "ToBeRenewed, RenewalRequested or Expired; null before",
    },
}
