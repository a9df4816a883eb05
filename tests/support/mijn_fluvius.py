"""Short URLs that lead to Mijn Fluvius, for tests of its pages."""

from __future__ import annotations

from typing import Any

from kwartier.emulator.thread import EmulatorThread
from support.esco import Esco

SUCCESS = "https://example.org/thanks?a=1&b=2"
FAILED = "https://example.org/sorry"


def short_url(emulator: EmulatorThread, reference: str, **changes: Any) -> str:
    """A new short URL of the sandbox: quarters from 2025 on, of a private person, unless told."""
    body = {
        "dataAccessContractNumber": emulator.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        "referenceNumber": reference,
        "flow": "B2C",
        "dataServices": [
            {"dataServiceType": "VH_kwartier_uur", "dataPeriodFrom": "2024-12-31T23:00:00Z"}
        ],
        "returnUrlSuccess": SUCCESS,
        "returnUrlFailed": FAILED,
        **changes,
    }
    made = Esco(emulator.env).post("/api/shortUrlIdentifier", body)
    assert made.status == 200, made.content
    return f"{emulator.env['FLUVIUS_PORTAL_URL']}?id={made.json['data']['shortUrlIdentifier']}"


def mandates(emulator: EmulatorThread, reference: str) -> list[dict[str, Any]]:
    """What the API tells of a reference; nothing is an empty list."""
    answer = Esco(emulator.env).mandates(referenceNumber=reference)
    found: list[dict[str, Any]] = answer.json["data"]["mandates"] if answer.status == 200 else []
    return found
