"""Eneco's messages: what their members mean, and examples."""

from __future__ import annotations

from typing import Final

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import CONSUMERS, OURSELVES
from kwartier.openapi.examples import Examples, named
from kwartier.openapi.schemas import AlwaysThere, Members, Schema, schemas_of
from kwartier.wire.eneco import (
    CHANNEL_UNITS,
    ChannelId,
    Consumer,
    Consumers,
    ConsumersReply,
    ErrorReply,
    Metadata,
    ProblemDetails,
    SetConsent,
    SetConsentReply,
    UsageChannel,
    UsageRecord,
    Usages,
)

_HOURS: Final = ("2026-11-19T10:00:00Z", "2026-11-19T11:00:00Z")
_MEMBERS: Final[Members] = {
    "Usages": {
        "startDate": {
            "description": "Where the page begins; ask for the one before with this as endDate.",
            "format": "date-time",
        },
        "endDate": {"description": "Where the page ends, itself not in it.", "format": "date-time"},
        "usageChannels": {
            "description": "One for all that is measured; none before the first day of data."
        },
    },
    "UsageChannel": {"usageRecords": {"description": "Hours, the oldest first."}},
    "UsageRecord": {
        "timestamp": {
            "description": "The hour's start, UTC (our reading).",
            "format": "date-time",
        },
        "amount": {"description": "In the channel's unit; absent when missing."},
    },
    "Metadata": {"deliveryAddress": {"description": "Where it is delivered; personal data."}},
    "Consumer": {
        "consumerId": {"description": "Party identifier in FIAM.", "example": OURSELVES.id},
        "isConsent": {"description": "Whether the data owner consents to it."},
    },
    "SetConsent": {
        "consumerId": {"description": "Party identifier in FIAM.", "example": OURSELVES.id},
        "isConsent": {"description": "True makes the contract, false removes it."},
    },
    "ProblemDetails": {
        "type": {"description": "An address that names the kind of problem."},
        "title": {"description": "What the status means."},
        "status": {"description": "The HTTP status once more."},
        "detail": {"description": "What is wrong with this request."},
        "instance": {"description": "The path that was asked."},
    },
}
_ALWAYS_THERE: Final[AlwaysThere] = {
    "Usages": ("usageChannels",),
    "UsageChannel": ("usageRecords",),
    "Consumers": ("consumers",),
    "Metadata": ("deliveryAddress",),
}
_USED: Final = (Usages, Metadata, ProblemDetails, ErrorReply)
_OF_SANDBOX: Final = (ConsumersReply, SetConsent, SetConsentReply)


def schemas() -> dict[str, Schema]:
    """All schemas by name."""
    return schemas_of([*_USED, *_OF_SANDBOX], _MEMBERS, _ALWAYS_THERE)


def usages() -> Examples:
    """Replies to a question for usages."""
    amounts = {
        ChannelId.WARMTH: (0.004, 0.0035),
        ChannelId.TAPWATER: (0.012, 0.0),
        ChannelId.ELECTRICITY: (0.31, 0.28),
    }
    found = [
        UsageChannel(
            channel_id=channel,
            unit=CHANNEL_UNITS[channel],
            usage_records=[
                UsageRecord(timestamp=hour, amount=amount)
                for hour, amount in zip(_HOURS, values, strict=True)
            ],
        )
        for channel, values in amounts.items()
    ]
    ends = {"start_date": "2026-11-18T12:00:00Z", "end_date": "2026-11-19T12:00:00Z"}
    silent = UsageChannel(channel_id=ChannelId.WARMTH, unit=CHANNEL_UNITS[ChannelId.WARMTH])
    return named(
        hours=Usages(**ends, usage_channels=found),
        silent_meter=Usages(**ends, usage_channels=[silent]),
        before_the_first_day=Usages(**ends, usage_channels=[]),
    )


def metadata(environment: Environment) -> Examples:
    """The delivery address of a data owner."""
    return named(address=Metadata(delivery_address=data_owners(environment)[1].address))


def consumers() -> Examples:
    """All who may be consented to."""
    listed = [
        Consumer(name=each.name, consumer_id=each.id, is_consent=each is OURSELVES)
        for each in CONSUMERS.values()
    ]
    return named(consumers=ConsumersReply(data=Consumers(consumers=listed)))


def consents() -> Examples:
    """What the sandbox is asked."""
    return named(
        give=SetConsent(consumer_id=OURSELVES.id, is_consent=True),
        withdraw=SetConsent(consumer_id=OURSELVES.id, is_consent=False),
    )


def consents_set() -> Examples:
    """How it stands then."""
    given = SetConsent(consumer_id=OURSELVES.id, is_consent=True)
    return named(given=SetConsentReply(data=given))
