"""What the form of a journey asks, and the choices that a filled-in one makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kwartier.emulator.journeys import Choice
from kwartier.errors import KwartierError
from kwartier.vocabulary.local_time import to_utc
from kwartier.web.forms import Form
from kwartier.wire.fluvius_v3 import ClientSessionRequest, DataServiceType

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNDETERMINED = (DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR)


class UnreadableChoiceError(KwartierError):
    """A form that cannot be taken as it is; the message is the key of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One data service of a request, as the form shows it.

    ``services`` are those it may become; where there are several, the customer picks. The period's
    beginning is the customer's to choose unless the request fixes it, its end only where the
    request gives neither (an end without a beginning is fixed, and a beginning without an end
    means that there is none).
    """

    number: int
    services: tuple[DataServiceType, ...]
    picks: bool
    begins: datetime | None
    ends: datetime | None

    @property
    def has_period(self) -> bool:
        """Installation data has none."""
        return self.services != (DataServiceType.IG,)

    @property
    def chooses_begin(self) -> bool:
        """Whether the customer chooses the first day."""
        return self.has_period and self.begins is None

    @property
    def chooses_end(self) -> bool:
        """Whether the customer chooses the last day."""
        return self.chooses_begin and self.ends is None


def questions(
    asked: ClientSessionRequest, granularity: Sequence[DataServiceType] = ()
) -> list[Question]:
    """What is asked, in order; ``granularity`` is what this session's first request chose."""
    found: list[Question] = []
    for number, service in enumerate(asked.data_services or []):
        picks = service.data_service_type == DataServiceType.VH_ONBEPAALD
        fixed = (tuple(granularity) or _UNDETERMINED) if picks else (service.data_service_type,)
        taken = {each for question in found for each in question.services}
        services = tuple(DataServiceType(each) for each in fixed if each not in taken)
        if services:
            found.append(
                Question(
                    number=number,
                    services=services,
                    picks=picks and not granularity,
                    begins=service.data_period_from,
                    ends=service.data_period_to,
                )
            )
    return found


def read_choices(form: Form, asked: Sequence[Question]) -> tuple[Choice, ...]:
    """A choice for each metering point and data service; :class:`UnreadableChoiceError` if none."""
    eans = list(dict.fromkeys(form.all("ean")))
    if not eans:
        raise UnreadableChoiceError("refusal_nothing_chosen")
    chosen = [each for question in asked for each in _read(form, question)]
    return tuple(
        Choice(ean=ean, data_service_type=service, data_period_from=start, data_period_to=end)
        for ean in eans
        for service, start, end in chosen
    )


def _read(
    form: Form, question: Question
) -> list[tuple[DataServiceType, datetime | None, datetime | None]]:
    picked = form.all(f"service_{question.number}") if question.picks else question.services
    services = [each for each in question.services if each in picked]
    if not services:
        raise UnreadableChoiceError("no_granularity")
    start, end = question.begins, question.ends
    if question.chooses_begin:
        start = _instant(form.text(f"from_{question.number}"))
        if start is None:
            raise UnreadableChoiceError("no_begin")
    if question.chooses_end:
        end = _instant(form.text(f"to_{question.number}"), days=1)
    return [(service, start, end) for service in services]


def _instant(text: str, days: int = 0) -> datetime | None:
    """Local midnight of a date, or so many days on; None for no date at all."""
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise UnreadableChoiceError("bad_date")
        return to_utc(date.fromisoformat(text) + timedelta(days=days), "date")
    except (ValueError, OverflowError) as error:
        raise UnreadableChoiceError("bad_date") from error
