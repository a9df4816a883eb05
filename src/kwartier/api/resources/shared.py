"""Parameters that several resources take, and what there is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kwartier.api.parameters import Given, choice, instant, text
from kwartier.api.problems import Problem, unknown
from kwartier.api.standing import Standing
from kwartier.errors import InputError
from kwartier.vocabulary.granularity import Granularity
from kwartier.vocabulary.local_time import parse_instant

CUSTOMER: Final = text(
    "customer_id",
    "your own id of the customer; encode a slash as %2F",
    longest=100,
    where="path",
    example="c-1001",
)
POINT: Final = text(
    "metering_point",
    "an EAN, 18 digits; or the UUID of a data owner of Eneco",
    longest=36,
    pattern="^([0-9]{18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
    where="path",
    example="541440110000000001",
)
OF_POINT: Final = replace(POINT, where="query", about=f"only of this metering point: {POINT.about}")
FROM: Final = instant(
    "from",
    "what begins from this moment on: a date is midnight in Brussels, a date-time without a zone "
    "is Brussels' wall time",
)
TO: Final = instant("to", "what begins before this moment")
AS_OF: Final = instant("as_of", "as it was known at this moment")
GRANULARITY: Final = choice(
    "granularity", "how long slices are", [granularity.value for granularity in Granularity]
)
ENERGY: Final = text("energy_type", "electricity, gas, heat, ...", longest=40)
DIRECTION: Final = text("direction", "offtake, injection, production, ...", longest=40)
REGISTER: Final = text("register", "total, day, night, ...", longest=40)


def no_customer(customer_id: str) -> Problem:
    """Nobody has that id."""
    return unknown(f"There is no customer {customer_id!r}.")


def check_customer(standing: Standing, customer_id: str) -> None:
    """Problem unless the customer is known."""
    if customer_id not in standing.facts.customers:
        raise no_customer(customer_id)


def check_order(given: Given) -> None:
    """Problem if ``to`` is not later than ``from``."""
    start, end = given["from"], given["to"]
    if start is not None and end is not None and start >= end:
        raise Problem(400, "to: must be later than from", field="to")


def moment(given: str | None, field: str) -> object:
    """The instant that a member of a body says, if it says one; Problem if it is none."""
    try:
        return None if given is None else parse_instant(given, field)
    except InputError as error:
        raise Problem(400, str(error), field=field) from error
