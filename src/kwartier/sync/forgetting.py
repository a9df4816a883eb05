"""Letting go in the office file of what the receipts say a customer had erased."""

from __future__ import annotations

from datetime import datetime

from kwartier.office import Office
from kwartier.office.forgetting import erase_invitations, invited_customers
from kwartier.retention import DetailKind
from kwartier.store.port import Store


def forget_in_office(store: Store, office: Office) -> int:
    """Erase the invitations of customers of whom a receipt says that they were forgotten; how many
    there were. Whom the provider invited after that stays. A copy of the office file that was put
    back is made to forget again by this.
    """
    customers = invited_customers(office)
    if not customers:
        return 0
    told: dict[str, datetime] = {}
    for receipt in store.receipts():
        if receipt.granularity is None and receipt.energy_type == DetailKind.CUSTOMER:
            told[receipt.metering_point] = receipt.erased_at
    digests = store.receipt_digests(customers)
    return erase_invitations(
        office, {one: told[digests[one]] for one in customers if digests[one] in told}
    )
