"""Certificates that run out: told at each of the days that are set, the sooner the louder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from kwartier.alerts.facts import CertificateFact
from kwartier.alerts.settings import AlertSettings
from kwartier.alerts.wording import counted, local, title
from kwartier.office.alerts import Alert, AlertKind

URGENT_DAYS: Final = 1
EXPIRED: Final = "expired"
UNREADABLE: Final = "unreadable"
_DAY: Final = timedelta(days=1)


def certificate_alerts(
    certificates: Sequence[CertificateFact], settings: AlertSettings, now: datetime
) -> Iterator[Alert]:
    """One for each certificate that is to be replaced; ``now`` is the real time."""
    for one in certificates:
        if one.valid_until is None:
            yield _alert(one, UNREADABLE, "cannot be read", is_urgent=True)
            continue
        left = one.valid_until - now
        reached = [days for days in settings.certificate_days if left <= days * _DAY]
        if left <= timedelta():
            says = f"expired on {local(one.valid_until)}"
            yield _alert(one, EXPIRED, says, is_urgent=not _is_followed(one, certificates))
        elif reached:
            says = f"expires on {local(one.valid_until)}, in {counted(-(-left // _DAY), 'day')}"
            urgent = min(reached) <= URGENT_DAYS and not _is_followed(one, certificates)
            yield _alert(one, str(min(reached)), says, is_urgent=urgent)


def _is_followed(one: CertificateFact, certificates: Sequence[CertificateFact]) -> bool:
    """Whether another one takes over when this one runs out."""
    return any(
        other.provider == one.provider
        and other.valid_until is not None
        and one.valid_until is not None
        and other.valid_until > one.valid_until
        for other in certificates
    )


def _alert(one: CertificateFact, stage: str, says: str, *, is_urgent: bool) -> Alert:
    return Alert(
        kind=AlertKind.CERTIFICATE,
        key=f"certificate:{one.provider}:{one.name}",
        stage=stage,
        says=f"The {one.name} certificate for {title(one.provider)} {says}.",
        next_step="Order the next one and register it; `kwartier doctor` tells what is asked of "
        "it. Ordering takes days, and without it nothing is fetched.",
        is_urgent=is_urgent,
    )
