"""``POST /api/mandate/mock``: made-up mandates, in the sandbox only."""

from __future__ import annotations

from typing import Any, Final

from kwartier.postman.format import Item, after, before, folder, post
from kwartier.wire.fluvius_v3 import DataServiceType, MandateRenewalStatus, MandateStatus

_PATH: Final = "/api/mandate/mock"


def requests() -> Item:
    """Mandates in several states, which the folders below then ask for."""
    return folder(
        "Mock mandates (sandbox)",
        "Made-up mandates for the requests below. The same reference number, EAN and service "
        "replace what was there. The live service has no such call, so environments without "
        "isSandbox pass over this folder.",
        _mock(
            "Quarter-hours, approved",
            "Open-ended. The sandbox's EANs say by their digits what they stand for.",
            {
                "ean": "{{ean}}",
                "dataServiceType": DataServiceType.VH_KWARTIER_UUR,
                "dataPeriodFrom": "{{dataPeriodFrom}}",
                "status": MandateStatus.APPROVED,
            },
        ),
        _mock(
            "Days, to be renewed, with every field",
            "mandateExpirationDate and renewalStatus are listed as given here.",
            {
                "ean": "{{ean}}",
                "dataServiceType": DataServiceType.VH_DAG,
                "dataPeriodFrom": "{{dataPeriodFrom}}",
                "dataPeriodTo": "{{dataPeriodTo}}",
                "status": MandateStatus.APPROVED,
                "mandateExpirationDate": "{{mandateExpirationDate}}",
                "renewalStatus": MandateRenewalStatus.TO_BE_RENEWED,
            },
        ),
        _mock(
            "Gas, hours, approved",
            "For gas the service of the quarter-hours opens hours.",
            {
                "ean": "{{gasEan}}",
                "dataServiceType": DataServiceType.VH_KWARTIER_UUR,
                "dataPeriodFrom": "{{dataPeriodFrom}}",
                "status": MandateStatus.APPROVED,
            },
        ),
        _mock(
            "AMR installation, quarter-hours, approved",
            "A company with a plant, metered at its headpoint: active and reactive energy.",
            {
                "ean": "{{headpointEan}}",
                "dataServiceType": DataServiceType.VH_KWARTIER_UUR,
                "dataPeriodFrom": "{{dataPeriodFrom}}",
                "status": MandateStatus.APPROVED,
            },
        ),
        _mock(
            "Installation data, requested",
            "Installation data has no period. While a mandate is requested its EAN is not told.",
            {
                "ean": "{{ean}}",
                "dataServiceType": DataServiceType.IG,
                "status": MandateStatus.REQUESTED,
            },
        ),
    )


def _mock(name: str, description: str, body: dict[str, Any]) -> Item:
    return post(
        name,
        description,
        _PATH,
        {"referenceNumber": "{{referenceNumber}}", **body},
        events=[before("only_with", needed="isSandbox"), after("mock_reply")],
    )
