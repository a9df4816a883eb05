"""One customer's pages, and who may see them. A customer's id may hold slashes, so that the pages
about it as a whole come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kwartier.console.customer.access import show_access
from kwartier.console.customer.changes import show_changes
from kwartier.console.customer.chart import send_curves, show_chart
from kwartier.console.customer.coverage import show_coverage
from kwartier.console.customer.disclosure import send_disclosure
from kwartier.console.customer.erasing import ask_to_erase, erase
from kwartier.console.customer.fetching import ask_again
from kwartier.console.customer.files import send_days, send_values
from kwartier.console.customer.months import show_months
from kwartier.console.customer.overview import show_customer
from kwartier.console.routes import LONGEST_TEXT, Declared, form, page
from kwartier.office.users import Role

_CUSTOMER: Final = "/customers/{customer_id:path}"
_POINT: Final = _CUSTOMER + "/points/{metering_point}"
_OFFICER: Final = Role.PRIVACY_OFFICER

ROUTES: Final[Sequence[Declared]] = (
    page(f"{_POINT}/chart", show_chart, looks_at_customer=True),
    page(f"{_POINT}/curves", send_curves, looks_at_customer=True),
    page(f"{_POINT}/values.csv", send_values, looks_at_customer=True, action="exported"),
    page(f"{_POINT}/days.csv", send_days, looks_at_customer=True, action="exported"),
    page(f"{_POINT}/months", show_months, looks_at_customer=True),
    page(f"{_POINT}/changes", show_changes, looks_at_customer=True),
    form(
        f"{_POINT}/fetch",
        ask_again,
        role=Role.OPERATOR,
        looks_at_customer=True,
        action="asked to fetch",
    ),
    page(_POINT, show_coverage, looks_at_customer=True),
    page(f"{_CUSTOMER}/access", show_access, role=_OFFICER, looks_at_customer=True),
    page(f"{_CUSTOMER}/erase", ask_to_erase, role=_OFFICER, looks_at_customer=True),
    form(
        f"{_CUSTOMER}/erase",
        erase,
        role=_OFFICER,
        longest=LONGEST_TEXT,
        looks_at_customer=True,
        action="erased",
    ),
    form(
        f"{_CUSTOMER}/disclosure",
        send_disclosure,
        role=_OFFICER,
        looks_at_customer=True,
        action="disclosed",
    ),
    page(_CUSTOMER, show_customer, looks_at_customer=True),
)
