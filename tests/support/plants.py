"""Differences planted between a client and the emulator, each with the claims that it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from support.proxy import Passing

SOLAR_EAN = "541440110000000555"
ARRAYS = ("dailyEnergy", "hourlyEnergy", "quarterHourlyEnergy")


@dataclass(frozen=True)
class Plant:
    """``damage`` changes replies, ``divert`` the target of requests; ``breaks`` names claims."""

    name: str
    breaks: frozenset[str]
    damage: Callable[[Passing], None] = lambda _passing: None
    divert: Callable[[str], str] = str


def _camel_case(passing: Passing) -> None:
    if passing.status >= 400 and "/api/" in passing.path:
        told = json.loads(passing.body)
        camel = {name[0].lower() + name[1:]: value for name, value in told.items()}
        passing.body = json.dumps(camel).encode()


def _created(passing: Passing) -> None:
    if passing.method == "POST" and passing.status == 200 and "/api/" in passing.path:
        passing.status = 201


def _query(target: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(target)
    return parts.path, dict(parse_qsl(parts.query))


def _longer(target: str) -> str:
    """Lets the slice in that begins at ``to``."""
    path, query = _query(target)
    if not path.endswith("/energy") or query.get("granularity") != "hourly_quarterhourly":
        return target
    query["to"] = _moved(query["to"], timedelta(minutes=15))
    return f"{path}?{urlencode(query)}"


def _shorter(target: str) -> str:
    """Lets a window of 186 days pass, by asking for one of 185."""
    path, query = _query(target)
    if not path.endswith("/energy") or not {"from", "to"} <= query.keys():
        return target
    ends = [datetime.fromisoformat(query[name]) for name in ("from", "to")]
    if timedelta(days=185, hours=1) < ends[1] - ends[0] <= timedelta(days=186):
        query["to"] = _moved(query["from"], timedelta(days=185))
    return f"{path}?{urlencode(query)}"


def _moved(text: str, by: timedelta) -> str:
    return (datetime.fromisoformat(text) + by).strftime("%Y-%m-%dT%H:%M:%SZ")


def _any_expiry(target: str) -> str:
    """Takes the expiry out of the question ..."""
    path, query = _query(target)
    if "mandateExpirationDate" not in query:
        return target
    del query["mandateExpirationDate"]
    return f"{path}?{urlencode(query)}"


def _expiring_until(passing: Passing) -> None:
    """... and answers with all that expire until then."""
    until = passing.query.get("mandateExpirationDate")
    if until is not None and passing.status == 200:
        passing.change(lambda told: _keep_until(told["data"], until))


def _keep_until(data: dict[str, Any], until: str) -> None:
    data["mandates"] = [
        one for one in data["mandates"] if one.get("mandateExpirationDate", until) <= until
    ]


def _show_ean(passing: Passing) -> None:
    if passing.path.lower().endswith("/api/mandate") and passing.status == 200:
        passing.change(_show_ean_of_all)


def _show_ean_of_all(told: dict[str, Any]) -> None:
    for one in told["data"]["mandates"]:
        one.setdefault("ean", SOLAR_EAN)
        one.setdefault("energyType", "E")


def _energy(change: Callable[[Any], None]) -> Callable[[Passing], None]:
    def damage(passing: Passing) -> None:
        if passing.is_energy and passing.status == 200:
            passing.change(lambda told: change(told["data"]))

    return damage


def _bearers(data: Any) -> list[dict[str, Any]]:
    return [data["headpoint"], *data["headpoint"].get("physicalMeters", [])]


def _values(data: Any) -> list[dict[str, Any]]:
    return [
        value
        for bearer in _bearers(data)
        for array in ARRAYS
        for one in bearer.get(array, [])
        for measured in one["measurements"]
        for registers in measured.values()
        for value in registers.values()
    ]


def _type_last(data: Any) -> None:
    head = data["headpoint"]
    head["$type"] = head.pop("$type")


def _as_text(data: Any) -> None:
    for value in _values(data):
        value["value"] = str(value["value"])


def _watt_hours(data: Any) -> None:
    for value in _values(data):
        if value["unit"] == "kWh" and "gasConversionFactor" not in value:
            value["unit"] = "Wh"


def _not_found(passing: Passing) -> None:
    if passing.is_energy and passing.status == 200:
        told = json.loads(passing.body)
        if not any(bearer.get(array) for bearer in _bearers(told["data"]) for array in ARRAYS):
            refusal = {"Type": "MandatesNotFoundException", "Code": "Mandates.NotFound"}
            passing.refuse(404, json.dumps({**refusal, "Message": "Nothing."}).encode())


PLANTS = (
    Plant(
        "errors in camelCase",
        frozenset({"error-casing", "error-casing-404"}),
        damage=_camel_case,
    ),
    Plant("201 for what was made", frozenset({"success-is-200"}), damage=_created),
    Plant(
        "the slice that begins at to",
        frozenset({"to-is-the-end-of-the-last-slice"}),
        divert=_longer,
    ),
    Plant(
        "404 where there are no values",
        frozenset(
            {
                "no-data-is-an-empty-headpoint",
                "expired-opens-no-new-data",
                "reactive-of-a-digital-meter",
            }
        ),
        damage=_not_found,
    ),
    Plant("numbers as text", frozenset({"values-are-numbers"}), damage=_energy(_as_text)),
    Plant("$type not first", frozenset({"type-comes-first"}), damage=_energy(_type_last)),
    Plant(
        "watt-hours",
        frozenset({"unit-of-days", "unit-of-quarter-hours", "amr-units", "amr-gas"}),
        damage=_energy(_watt_hours),
    ),
    Plant(
        "expiry as an upper bound",
        frozenset({"expiry-filter-is-equality"}),
        damage=_expiring_until,
        divert=_any_expiry,
    ),
    Plant(
        "EANs for all to see",
        frozenset({"requested-hides-ean", "rejected-hides-ean", "finished-hides-ean"}),
        damage=_show_ean,
    ),
    Plant(
        "186 days",
        frozenset({"window-186-days", "window-185-days-plus-two-hours"}),
        divert=_shorter,
    ),
)
