"""``GET /api/mandate``: what customers have consented to, by every filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kwartier.postman.format import Item, Parameter, after, before, folder, get
from kwartier.wire.fluvius_v3 import (
    DataServiceType,
    EnergyType,
    MandateRenewalStatus,
    MandateStatus,
)


def _one_of(words: Iterable[str]) -> str:
    return ", ".join(words)


FILTERS: Final = [
    Parameter(
        name="referenceNumber",
        description="Only mandates of this customer: your own reference number.",
        example="{{referenceNumber}}",
    ),
    Parameter(
        name="ean",
        description="Only mandates for this metering point, 18 digits; only approved ones tell it.",
        example="{{ean}}",
    ),
    Parameter(
        name="dataServiceTypes",
        description=f"Only these, separated by commas: {_one_of(DataServiceType)}.",
        example="VH_dag,VH_kwartier_uur",
    ),
    Parameter(
        name="energyType",
        description=f"Electricity or gas, of approved mandates: {_one_of(EnergyType)}.",
        example=EnergyType.ELECTRICITY,
    ),
    Parameter(
        name="status",
        description=f"One of {_one_of(MandateStatus)}.",
        example=MandateStatus.APPROVED,
    ),
    Parameter(
        name="mandateExpirationDate",
        description="Only mandates that expire at this instant.",
        example="{{mandateExpirationDate}}",
    ),
    Parameter(
        name="renewalStatus",
        description=f"One of {_one_of(MandateRenewalStatus)}.",
        example=MandateRenewalStatus.TO_BE_RENEWED,
    ),
    Parameter(
        name="lastUpdatedFrom",
        description="Only mandates updated at this instant or later (UTC).",
        example="{{lastUpdatedFrom}}",
    ),
    Parameter(
        name="lastUpdatedTo",
        description="Only mandates updated before this instant (UTC).",
        example="{{lastUpdatedTo}}",
    ),
]


def requests() -> Item:
    """All mandates, then by one filter each; every request lists all filters to tick."""
    return folder(
        "Mandates",
        "Every request lists all filters; tick those you want. Where none matches, Fluvius "
        "answers 404 with Mandates.NotFound, which is no failure. The first request fills in what "
        "the environment leaves empty (referenceNumber, ean, gasEan, mandateExpirationDate) from "
        "what it finds; filters on what is still empty are passed over.",
        _mandates("All mandates", "Without any filter."),
        _mandates("By reference number", "One customer's.", "referenceNumber"),
        _mandates("By EAN", "One metering point's.", "ean"),
        _mandates("By data services", "Day values, quarter-hours, ...", "dataServiceTypes"),
        _mandates("By energy", "Electricity or gas.", "energyType"),
        _mandates("By status", "Only approved ones open data.", "status"),
        _mandates("By expiry", "All that expire at one instant.", "mandateExpirationDate"),
        _mandates("By renewal status", "Told from three months before expiry.", "renewalStatus"),
        _mandates(
            "By last update",
            "What changed since you last looked.",
            "lastUpdatedFrom",
            "lastUpdatedTo",
        ),
    )


def _mandates(name: str, description: str, *ticked: str) -> Item:
    asked = {each.name: each.example for each in FILTERS if each.name in ticked}
    variables = [value.strip("{}") for value in asked.values() if value.startswith("{{")]
    passed_over = [before("only_with", needed=variables[0])] if variables else []
    return get(
        name,
        description,
        "/api/mandate",
        FILTERS,
        asked=asked,
        events=[*passed_over, after("asked", "mandates_reply")],
    )
