"""The customer's journey: what may be asked behind a short URL, and why it may be refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from kwartier.emulator import rules
from kwartier.emulator.mandates import Key
from kwartier.emulator.short_urls import ShortUrl
from kwartier.errors import KwartierError
from kwartier.wire.fluvius_v3 import ClientSessionDataService, ClientSessionRequest, DataServiceType


class Refusal(StrEnum):
    """Why a customer's step was refused; nothing was changed."""

    UNKNOWN_LINK = "unknown-link"
    EXPIRED_LINK = "expired-link"
    WRONG_FLOW = "wrong-flow"
    OTHER_CUSTOMER = "other-customer"
    ALREADY_CONFIRMED = "already-confirmed"
    NOTHING_CHOSEN = "nothing-chosen"
    TOO_MANY_EANS = "too-many-eans"
    UNKNOWN_EAN = "unknown-ean"
    SERVICE_NOT_ASKED = "service-not-asked"
    WRONG_PERIOD = "wrong-period"
    NOT_YOURS = "not-yours"
    UNKNOWN_REQUEST = "unknown-request"
    ALREADY_ANSWERED = "already-answered"


class JourneyRefusedError(KwartierError):
    """A step of a customer or grid user was refused, for ``reason``; nothing was changed."""

    def __init__(self, reason: Refusal, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer chose for one EAN: a data service, and the period that it opens.

    IG (installation data) has no period. Where the short URL fixes the period, leave both None
    or repeat it.
    """

    ean: str
    data_service_type: DataServiceType
    data_period_from: datetime | None = None
    data_period_to: datetime | None = None


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """A completed request: its mandates, and the ids of those who must still consent."""

    mandates: list[Key]
    consent_requests: list[str]


def services_offered(
    request: ClientSessionRequest,
) -> dict[DataServiceType, ClientSessionDataService]:
    """The data services that a customer may choose, each with what the request fixes of it.

    VH_onbepaald leaves the choice between days and quarters to the customer (our reading). Where
    both ends of its period are null, the customer chooses them.
    """
    offered: dict[DataServiceType, ClientSessionDataService] = {}
    for service in request.data_services:
        undetermined = service.data_service_type is DataServiceType.VH_ONBEPAALD
        kinds = _DETERMINED if undetermined else (service.data_service_type,)
        for kind in kinds:
            offered.setdefault(kind, service)
    return offered


_DETERMINED = (DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR)


def checked_choices(short_url: ShortUrl, choices: Iterable[Choice], now: datetime) -> list[Choice]:
    """``choices`` with their periods filled in; refused when the short URL does not allow them."""
    asked = short_url.request
    chosen = [_with_period(asked, choice, now) for choice in choices]
    if not chosen:
        raise JourneyRefusedError(Refusal.NOTHING_CHOSEN, "choose at least one metering point")
    if len({(each.ean, each.data_service_type) for each in chosen}) < len(chosen):
        raise JourneyRefusedError(
            Refusal.WRONG_PERIOD, "a data service can be chosen once for a metering point"
        )
    eans = {*short_url.eans, *(each.ean for each in chosen)}
    if asked.number_of_eans and len(eans) > asked.number_of_eans:
        raise JourneyRefusedError(
            Refusal.TOO_MANY_EANS, f"choose at most {asked.number_of_eans} metering points"
        )
    return chosen


def _with_period(asked: ClientSessionRequest, choice: Choice, now: datetime) -> Choice:
    service = services_offered(asked).get(choice.data_service_type)
    if service is None:
        raise JourneyRefusedError(
            Refusal.SERVICE_NOT_ASKED, f"this link does not ask for {choice.data_service_type}"
        )
    if choice.data_service_type is DataServiceType.IG:
        return msgspec.structs.replace(choice, data_period_from=None, data_period_to=None)
    own = choice.data_period_from, choice.data_period_to
    start, end = own
    if service.data_period_from is not None or service.data_period_to is not None:
        start, end = service.data_period_from or start, service.data_period_to
        if own not in {(None, None), (start, end), (start, None)}:
            raise JourneyRefusedError(Refusal.WRONG_PERIOD, "this link fixes the period")
    if start is None or start > now or (own[0] and rules.is_too_long_ago(start, now)):
        raise JourneyRefusedError(
            Refusal.WRONG_PERIOD,
            f"the period must begin in the last {rules.YEARS_BACK} years, not in the future",
        )
    if end is not None and end <= start:
        raise JourneyRefusedError(Refusal.WRONG_PERIOD, "the period must end after it begins")
    return msgspec.structs.replace(choice, data_period_from=start, data_period_to=end)
