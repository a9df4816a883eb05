"""``POST /api/shortUrlIdentifier``: the address where a customer gives consent."""

from __future__ import annotations

from typing import Final

from kwartier.postman.format import Item, after, before, folder, post
from kwartier.wire.fluvius_v3 import DataServiceType, Flow

_PATH: Final = "/api/shortUrlIdentifier"
_EVENTS: Final = [
    before("only_with", needed="dataAccessContractNumber"),
    after("session_reply"),
]


def requests() -> Item:
    """A short URL with as little as possible, and one with everything."""
    return folder(
        "Short URL",
        "A customer gives consent on Mijn Fluvius, behind an address that lives for 24 hours. The "
        "reference number (at most 35 letters, digits and hyphens) is yours for this customer; it "
        "binds to whoever first completes a request under it. After success the variable "
        "consentUrl holds the address to send the customer to. Without a "
        "dataAccessContractNumber in the environment these requests are passed over.",
        post(
            "A person chooses period and meters",
            "Only what is mandatory. Without a period the customer chooses it.",
            _PATH,
            {
                "dataAccessContractNumber": "{{dataAccessContractNumber}}",
                "referenceNumber": "{{newReferenceNumber}}",
                "flow": Flow.B2C,
                "dataServices": [{"dataServiceType": DataServiceType.VH_KWARTIER_UUR}],
            },
            events=_EVENTS,
        ),
        post(
            "An organisation, with every field",
            "One to three data services; a period that has no end is open-ended. numberOfEans: at "
            "most 1000, 0 for no limit. returnUrlSuccess and returnUrlFailed become buttons. sso "
            "spares a customer who is signed in already; enterpriseNumber has 9 or 10 digits.",
            _PATH,
            {
                "dataAccessContractNumber": "{{dataAccessContractNumber}}",
                "referenceNumber": "{{newReferenceNumber}}",
                "flow": Flow.B2B,
                "dataServices": [
                    {
                        "dataServiceType": DataServiceType.VH_DAG,
                        "dataPeriodFrom": "{{dataPeriodFrom}}",
                        "dataPeriodTo": "{{dataPeriodTo}}",
                    },
                    {
                        "dataServiceType": DataServiceType.VH_KWARTIER_UUR,
                        "dataPeriodFrom": "{{dataPeriodFrom}}",
                    },
                ],
                "numberOfEans": 10,
                "returnUrlSuccess": "https://example.org/thanks",
                "returnUrlFailed": "https://example.org/another-time",
                "sso": True,
                "enterpriseNumber": "0123456789",
            },
            events=_EVENTS,
        ),
    )
