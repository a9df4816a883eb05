"""What a customer is told of a journey that is refused."""

from __future__ import annotations

from kwartier.emulator.journeys import JourneyRefusedError, Refusal
from kwartier.errors import KwartierError
from kwartier.web.stops import Stop

STATUS = {
    Refusal.UNKNOWN_LINK: 404,
    Refusal.EXPIRED_LINK: 410,
    Refusal.WRONG_FLOW: 403,
    Refusal.OTHER_CUSTOMER: 403,
    Refusal.ALREADY_CONFIRMED: 409,
    Refusal.NOT_YOURS: 404,
    Refusal.UNKNOWN_REQUEST: 404,
    Refusal.ALREADY_ANSWERED: 409,
}
"""The status of a refusal's page; 400 for the others, which are mistakes in a form."""


def refusal_text(reason: Refusal) -> str:
    """The key of the text that tells a customer why."""
    return f"refusal_{reason.value.replace('-', '_')}"


_GONE = {Refusal.UNKNOWN_LINK, Refusal.EXPIRED_LINK}
"""After these the page before leads nowhere."""


def stop_of(error: KwartierError) -> Stop | None:
    """The page of a refusal; None for what is the emulator's own failure."""
    if not isinstance(error, JourneyRefusedError):
        return None
    status, why = STATUS.get(error.reason, 400), refusal_text(error.reason)
    return Stop(status, why, "" if error.reason in _GONE else None)
