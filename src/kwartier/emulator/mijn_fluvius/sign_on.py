"""Who need not sign in again: the single sign-on of short URLs, as Fluvius documents it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from kwartier.wire.fluvius_v3 import ClientSessionRequest, Flow


class WayIn(StrEnum):
    """What a customer meets who follows a short URL."""

    LOGIN = "login"
    PRIVATE = "private"
    ORGANISATION = "organisation"
    TERMS = "terms"
    CHOICE_OF_ORGANISATION = "choice of organisation"


def way_in(
    asked: ClientSessionRequest,
    *,
    at_csam: bool,
    is_new: bool,
    enterprise_numbers: Collection[str],
) -> WayIn:
    """Decide by the request and by the user whom CSAM has in session.

    ``is_new``: never accepted the user terms; ``enterprise_numbers`` are those that the user
    represents. Without a session ``at_csam`` there is nobody to sign in (our reading: the request
    may ask for single sign-on only where there is one).
    """
    if not asked.sso or not at_csam:
        return WayIn.LOGIN
    if asked.flow is Flow.B2C:
        return WayIn.TERMS if is_new else WayIn.PRIVATE
    known = {ten_digits(number) for number in enterprise_numbers}
    if asked.enterprise_number is None or ten_digits(asked.enterprise_number) not in known:
        return WayIn.CHOICE_OF_ORGANISATION
    return WayIn.TERMS if is_new else WayIn.ORGANISATION


def ten_digits(enterprise_number: str) -> str:
    """The number with its leading zero, which the API lets one leave out."""
    return enterprise_number.zfill(10)
