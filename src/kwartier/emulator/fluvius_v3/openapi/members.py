"""What the members of the messages mean and which values they take, by schema and member."""

from __future__ import annotations

from typing import Final

from kwartier.emulator import rules
from kwartier.emulator.metering.sandbox_ean import SANDBOX_EAN_PATTERN, SANDBOX_EANS
from kwartier.openapi.schemas import AlwaysThere, Member, Members

EAN: Final[Member] = {"pattern": f"^{rules.EAN_PATTERN}$", "example": "541440110000000001"}

_REFERENCE: Final[Member] = {
    "description": "The provider's own reference of a customer; it binds to one customer once "
    "that customer completes a first request.",
    "example": "CUSTOMER-1",
}
_PERIOD_FROM: Final = "First instant of the data period; UTC."
_PERIOD_TO: Final = "End of the data period, itself not in it; UTC. Absent: open-ended."
_ENERGY: Final[dict[str, Member]] = {
    "dailyEnergy": {"description": "Days: of electricity from midnight, of gas from 06:00."},
    "hourlyEnergy": {"description": "Hours (gas)."},
    "quarterHourlyEnergy": {"description": "Quarter-hours (electricity)."},
}

MEMBERS: Final[Members] = {
    "Meta": {
        "fetchTime": {"description": "When the reply was made; UTC."},
    },
    "ClientSessionRequest": {
        "dataAccessContractNumber": {
            "description": "Number of the provider's data access contract.",
            "minLength": 1,
        },
        "referenceNumber": {
            **_REFERENCE,
            "description": f"{_REFERENCE['description']} Letters, digits and hyphens; "
            f"'{rules.RESERVED_REFERENCE}' may not begin it.",
            "pattern": f"^(?!{rules.RESERVED_REFERENCE}){rules.REFERENCE_PATTERN}$",
        },
        "dataServices": {"minItems": 1, "maxItems": rules.MAX_DATA_SERVICES},
        "numberOfEans": {
            "description": "How many EANs the customer may choose; 0 or absent: any number.",
            "minimum": 0,
            "maximum": rules.MAX_EANS,
        },
        "returnUrlSuccess": {
            "description": "http or https; where the customer may go on after a completed request.",
            "format": "uri",
            "example": "https://example.org/back",
        },
        "returnUrlFailed": {
            "description": "http or https; where the customer may go on without having "
            "completed one.",
            "format": "uri",
            "example": "https://example.org/back",
        },
        "sso": {"description": "Whether the customer comes logged in already."},
        "enterpriseNumber": {
            "description": "Enterprise number of the organisation, 9 or 10 digits.",
            "pattern": f"^{rules.ENTERPRISE_NUMBER_PATTERN}$",
        },
    },
    "ClientSessionDataService": {
        "dataPeriodFrom": {
            "description": f"{_PERIOD_FROM} Not in the future, at most {rules.YEARS_BACK} years "
            "ago. Absent: the customer chooses.",
        },
        "dataPeriodTo": {"description": f"{_PERIOD_TO} Later than dataPeriodFrom."},
    },
    "ClientSession": {
        "shortUrlIdentifier": {
            "description": "The `id` of the page in Mijn Fluvius to which the customer is sent.",
            "pattern": "^[0-9a-f]{64}$",
        },
        "validTo": {"description": "Until when the identifier opens that page; UTC."},
    },
    "Mandate": {
        "referenceNumber": _REFERENCE,
        "ean": {**EAN, "description": "The metering point; only while the mandate is Approved."},
        "dataPeriodFrom": {"description": _PERIOD_FROM},
        "dataPeriodTo": {"description": _PERIOD_TO},
        "mandateExpirationDate": {"description": "Until when the mandate itself is valid; UTC."},
    },
    "MockMandateRequest": {
        "referenceNumber": {**_REFERENCE, "minLength": 1},
        "ean": {
            "description": f"One of the sandbox's EANs: {SANDBOX_EANS}.",
            "pattern": f"^{SANDBOX_EAN_PATTERN}$",
            "example": EAN["example"],
        },
        "dataPeriodFrom": {
            "description": f"{_PERIOD_FROM} Mandatory, but for IG, where it must be null."
        },
        "dataPeriodTo": {"description": f"{_PERIOD_TO} Later than dataPeriodFrom."},
        "mandateExpirationDate": {"description": "Until when the mandate itself is valid; UTC."},
    },
    "MeasuredValue": {
        "value": {"description": "The value in `unit`; absent when missing."},
    },
    "Slice": {
        "start": {"description": "First instant of the slice; UTC."},
        "end": {"description": "End of the slice, itself not in it; UTC."},
    },
    "PhysicalMeter": {
        "seqNumber": {"description": "Tells meters of one metering point apart."},
        "meterID": {"description": "Serial number of the meter.", "example": "1SAG0000000001"},
        **_ENERGY,
    },
    "SubHeadpoint": {
        "ean": {**EAN, "description": "EAN of the sub-headpoint."},
        "vregId": {"description": "The installation's number at the energy regulator VREG."},
        **_ENERGY,
    },
    "Headpoint": {"ean": {**EAN, "description": "EAN of the metering point."}, **_ENERGY},
    "GatewayProblem": {"statusCode": {"description": "The HTTP status once more."}},
}

ALWAYS_THERE: Final[AlwaysThere] = {
    "ClientSessionResponse": ("_meta",),
    "MandatesResponse": ("_meta",),
    "MockMandateResponse": ("_meta",),
    "EnergyResponse": ("_meta",),
    "Energy": ("headpoint",),
    "Headpoint": ("$type", "ean", "energyType"),
    "SubHeadpoint": ("$type",),
}
"""Members of replies that the wire structs take as optional, and every reply has."""
