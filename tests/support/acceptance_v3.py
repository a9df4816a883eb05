"""Requests of the ESCO API v3, and what its refusals and replies have in common."""

from __future__ import annotations

from typing import Any

from support.acceptance import ABSENT, Json, count, stated

SESSION, MANDATE, ENERGY = "/api/shortUrlIdentifier", "/api/mandate", "/api/mandate/energy"
MOCK = "/api/mandate/mock"

DAYS, QUARTERS = "541440000000000001", "541440110000000001"
GAS_DAYS, GAS_HOURS, AMR = "541441000000000001", "541441010000000001", "541450110000000001"


def session(**changes: Any) -> Json:
    """A short URL's body; a change to ABSENT leaves a member out."""
    body = {
        "dataAccessContractNumber": "EMULATED-CONTRACT-1",
        "referenceNumber": "ACCEPT-1",
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
        **changes,
    }
    return stated(body)


def service(**members: Any) -> Json:
    return {"dataServices": [{"dataServiceType": "VH_dag", **members}]}


def mandate(reference: str, ean: str = DAYS, **changes: Any) -> Json:
    """A mock mandate's body; a change to ABSENT leaves a member out."""
    body = {
        "referenceNumber": reference,
        "ean": ean,
        "dataServiceType": "VH_dag",
        "dataPeriodFrom": "2022-12-31T23:00:00Z",
        "status": "Approved",
        **changes,
    }
    return stated(body)


def asking(ean: str, start: str, end: str, **more: str) -> dict[str, str]:
    return {"ean": ean, "periodType": "readTime", "from": start, "to": end, **more}


BODY_REFUSED = {
    "Type": "AppValidationException",
    "Code": "ModelValidation.Failed",
    "ValidationErrorMessages": count(1),
}
QUERY_REFUSED = {**BODY_REFUSED, "Code": "RequestModelValidation.Failed"}
NOT_FOUND = {
    "Type": "MandatesNotFoundException",
    "Code": "Mandates.NotFound",
    "ValidationErrorMessages": ABSENT,
}
MADE = {"data/status": "success", "_meta/fetchTime": "2025-01-08T12:00:00Z"}
METER = "data/headpoint/physicalMeters/0"

ONE_DAY = ("2024-12-01T23:00:00Z", "2024-12-02T23:00:00Z")
GAS_DAY = ("2024-12-02T05:00:00Z", "2024-12-03T05:00:00Z")
