"""What cannot be done, in words: one page for each kind of refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from kwartier.ean_digests import without_eans
from kwartier.errors import InputError, KwartierError
from kwartier.office import OfficeError
from kwartier.store import StoreBusyError
from kwartier.web.stops import Stop

RETRY_AFTER: Final = 10

_TITLES: Final = {
    400: "This cannot be read",
    401: "Sign in first",
    403: "You may not do this",
    404: "There is no such page",
    405: "This is not how the page is asked for",
    409: "This has changed meanwhile",
    413: "This is too long",
    415: "This cannot be read",
    429: "Too many attempts",
    503: "Try again in a moment",
}
_SAYS: Final = {
    400: "What the browser sent cannot be read. Open the page anew.",
    401: "You are not signed in any more.",
    403: "Your role does not allow this. A privacy officer can change roles.",
    404: "The address is wrong, or what was there is gone.",
    405: "Open the page by its link instead.",
    500: "Something went wrong on our side. The log of the service says what.",
    503: "The store is in use just now, by a sync or by a colleague who decides. Try again soon.",
}
_STOPS: Final = {
    "stop_form": "This form cannot be read. Open the page anew.",
    "stop_field": "The form is too long, or a field has more than {longest} characters.",
    "stop_origin": "This form came from another website, or the address of this one is not the "
    "one that is configured (web.public_url).",
    "stop_form_token": "This form is not of this session, or the session is over. Open the page "
    "anew.",
    "stop_role": _SAYS[403],
    "stop_missing": "There is no {what} called {name}.",
    "stop_changed": "Somebody or something changed it meanwhile. Look at it again before you "
    "decide.",
}
"""What a :class:`~kwartier.web.stops.Stop` says; one whose key is not here says the key itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that is none: ``for_log`` is what operators are told beside it."""

    status: int
    title: str
    says: str
    for_log: str = ""
    retry_after: int | None = None

    @classmethod
    def of_status(cls, status: int, says: str | None = None, for_log: str = "") -> Self:
        """The usual words for a status."""
        return cls(
            status=status,
            title=_TITLES.get(status, "This did not work"),
            says=says or _SAYS.get(status, _SAYS[500]),
            for_log=for_log or _SAYS.get(status, ""),
            retry_after=RETRY_AFTER if status == 503 else None,
        )


def refusal_of(error: Stop | KwartierError) -> Refusal:
    """What a visitor is told of an error."""
    told = without_eans(str(error))
    if isinstance(error, Stop):
        return Refusal.of_status(error.status, _words(error))
    if isinstance(error, InputError):
        return Refusal.of_status(400, f"{told[:1].upper()}{told[1:]}.")
    if isinstance(error, StoreBusyError | OfficeError):
        return Refusal.of_status(503, for_log=told)
    return Refusal.of_status(500, for_log=told)


def _words(stop: Stop) -> str:
    words = _STOPS.get(stop.why)
    return stop.why if words is None else words.format(**stop.values)
