"""Eneco DataShare v1: requests and replies as they go over the wire.

Member names are the API's (camelCase in JSON, snake_case here). What the published documents leave
open is our reading: the members of the delivery address, what a successful setConsent answers.
"""

from __future__ import annotations

import msgspec
from msgspec import field

from kwartier.wire.open_enum import OpenEnum


class ChannelId(OpenEnum):
    """What a usage channel measures."""

    GAS = "Gas"
    WARMTH = "Warmth"
    ELECTRICITY = "Electricity"
    REDELIVERY = "Redelivery"
    PRODUCED = "Produced"
    TAPWATER = "Tapwater"
    COOLING = "Cooling"


class Unit(OpenEnum):
    """The documented units; ``Centigrade`` of Warmth and Cooling is no unit of energy."""

    CUBIC_METER = "CubicMeter"
    KILOWATT_HOUR = "KiloWattHour"
    CENTIGRADE = "Centigrade"


CHANNEL_UNITS = {
    ChannelId.GAS: Unit.CUBIC_METER,
    ChannelId.WARMTH: Unit.CENTIGRADE,
    ChannelId.ELECTRICITY: Unit.KILOWATT_HOUR,
    ChannelId.REDELIVERY: Unit.KILOWATT_HOUR,
    ChannelId.PRODUCED: Unit.KILOWATT_HOUR,
    ChannelId.TAPWATER: Unit.CUBIC_METER,
    ChannelId.COOLING: Unit.CENTIGRADE,
}
"""The documented unit of each channel."""


class _Struct(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What all messages share."""


class UsageRecord(_Struct, frozen=True, kw_only=True):
    """One hour: ``timestamp`` as the API wrote it, ``amount`` in the channel's unit."""

    timestamp: str
    amount: float | None = None


class UsageChannel(_Struct, frozen=True, kw_only=True, omit_defaults=False):
    """The records of one channel; unknown channels and units are kept as they are."""

    channel_id: ChannelId
    unit: Unit
    usage_records: list[UsageRecord] = field(default_factory=list)


class Usages(_Struct, frozen=True, kw_only=True, omit_defaults=False):
    """The hourly values of a data owner, of all channels there are; the next page back ends at
    ``start_date``.
    """

    start_date: str
    end_date: str
    usage_channels: list[UsageChannel] = field(default_factory=list)


class DeliveryAddress(_Struct, frozen=True, kw_only=True):
    """Where heat is delivered to: personal data."""

    street: str | None = None
    house_number: str | None = None
    house_number_addition: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None

    def __repr__(self) -> str:
        return "DeliveryAddress(...)"


class Metadata(_Struct, frozen=True, kw_only=True):
    """What is known of a data owner beside its usages: the delivery address."""

    delivery_address: DeliveryAddress | None = None


class Consumer(_Struct, frozen=True, kw_only=True):
    """A data consumer registered in KPN FIAM, and whether the data owner consents to it."""

    name: str
    consumer_id: str
    is_consent: bool


class Consumers(_Struct, frozen=True, kw_only=True, omit_defaults=False):
    """All data consumers of the sandbox, as one data owner sees them."""

    consumers: list[Consumer] = field(default_factory=list)


class ConsumersReply(_Struct, frozen=True, kw_only=True):
    """The sandbox's list of consumers."""

    data: Consumers


class SetConsent(_Struct, frozen=True, kw_only=True):
    """What the sandbox is asked: to create a contract, or to remove it."""

    consumer_id: str
    is_consent: bool


class SetConsentReply(_Struct, frozen=True, kw_only=True):
    """How it stands now (our reading)."""

    data: SetConsent


class ProblemDetails(_Struct, frozen=True, kw_only=True):
    """An error of the usages and metadata endpoints (RFC 9457); FIAM's errors are of this shape,
    too.
    """

    type: str | None = None
    title: str | None = None
    status: int | None = None
    detail: str | None = None
    instance: str | None = None


class Error(_Struct, frozen=True, kw_only=True):
    """One of the errors of an error reply."""

    code: str
    message: str


class ErrorReply(_Struct, frozen=True, kw_only=True):
    """An error of the sandbox's endpoints, or of the gateway when it is asked too often."""

    errors: list[Error] = field(default_factory=list)
