"""What Fluvius is asked to ask of a customer: the invitation's terms, and where these say nothing,
the settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kwartier.connect.settings import ConnectSettings
from kwartier.fluvius import ClientSessionDataService
from kwartier.fluvius.checks import earliest_start
from kwartier.office.terms import Terms
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import day_of, day_start
from kwartier.wire.fluvius_v3 import DataServiceType


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """``services`` in Fluvius' words, from ``start`` to before ``end``: without a start the
    customer chooses the period, without an end it is open. ``is_over``: there is nothing left to
    ask for.
    """

    services: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    max_eans: int | None
    expected_eans: int | None
    sso: bool
    is_over: bool

    @classmethod
    def of(cls, terms: Terms, settings: ConnectSettings, now: datetime) -> Asking:
        """What is asked ``now``. Fluvius gives three years; a link may be older than that."""
        start, earliest = terms.period_start, earliest_start(now)
        if start is None and settings.history is not None and terms.period_end is None:
            start = day_start(day_of(now - settings.history, ELECTRICITY), ELECTRICITY)
        if start is not None:
            start = max(start, earliest)
        end = terms.period_end
        return cls(
            services=terms.services or settings.words,
            start=start,
            end=end,
            max_eans=terms.max_eans or settings.max_eans,
            expected_eans=terms.expected_eans,
            sso=settings.sso if terms.sso is None else terms.sso,
            is_over=end is not None and end <= (start or earliest),
        )

    def data_services(self) -> list[ClientSessionDataService]:
        """The same as the request has it; installation data have no period."""
        return [
            ClientSessionDataService(
                data_service_type=service,
                data_period_from=None if service == DataServiceType.IG else self.start,
                data_period_to=None if service == DataServiceType.IG else self.end,
            )
            for service in self.services
        ]
