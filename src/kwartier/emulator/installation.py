"""Whose installation data a request may see: the same in both versions."""

from __future__ import annotations

from datetime import datetime

from kwartier.emulator.consents import Consents
from kwartier.emulator.mandates import HeldMandate, MandateFilter
from kwartier.wire.fluvius_v3 import DataServiceType, MandateRenewalStatus, MandateStatus


def opening_installation(
    consents: Consents, ean: str, reference: str | None, now: datetime
) -> list[HeldMandate]:
    """The mandates that open an EAN's installation data: approved, for IG, not expired, and not
    ended because the grid user changed.

    That an expired or ended one opens none is our reading.
    """
    wanted = MandateFilter(
        ean=ean,
        reference_number=reference,
        status=MandateStatus.APPROVED,
        data_service_types=[DataServiceType.IG],
    )
    expired = MandateRenewalStatus.EXPIRED
    found = consents.mandates.find(wanted, now)
    return [
        mandate
        for mandate in found
        if mandate.renewal_at(now) is not expired
        and (mandate.data_period_to is None or now < mandate.data_period_to)
    ]
