"""Who lives in the emulated world: customers, and the people who sign in for them. All made up.

A customer is a private person or an organisation; a mandate's reference binds to one. A portal
user is who signs in at Mijn Fluvius: for oneself, or for organisations that one represents. The
enterprise numbers have a wrong check digit, so that they can be nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kwartier.wire.fluvius_v3 import Flow


class Medium(StrEnum):
    """How a grid user is asked for consent."""

    EMAIL = "e-mail"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A private person, or an organisation: that has an ``enterprise_number``.

    ``eans`` are the metering points of which it is the grid user from the beginning (events
    change that); ``knows`` are other people's that it may ask for, with their consent.
    """

    id: str
    name: str
    enterprise_number: str | None = None
    eans: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    reached_by: Medium = Medium.EMAIL

    @property
    def flow(self) -> Flow:
        """The flow in which it gives consent."""
        return Flow.B2C if self.enterprise_number is None else Flow.B2B


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalUser:
    """Who signs in; ``customers`` are the ids of those one may act for, oneself included.

    ``is_new``: has not accepted the terms of use, until the portal says that this was done.
    """

    id: str
    name: str
    customers: tuple[str, ...]
    is_new: bool = False


CUSTOMERS: dict[str, Customer] = {
    each.id: each
    for each in (
        Customer(
            id="noor",
            name="Noor Dewaele",
            eans=("541440110000000101", "541441010000000101"),
        ),
        Customer(
            id="bram",
            name="Bram Hoorelbeke",
            eans=("541440110000000301", "541440010000000110"),
            knows=("541440110000000101", "541441010000000101"),
        ),
        Customer(id="lies", name="Lies Vanhaverbeke", eans=("541440110000000501",)),
        Customer(
            id="jef",
            name="Jef Goethals",
            eans=("541440010000000701", "541441010000000701"),
            reached_by=Medium.LETTER,
        ),
        Customer(
            id="sara",
            name="Sara Goethals",
            eans=("541440010000000120",),
            knows=("541440010000000701", "541441010000000701"),
        ),
        Customer(
            id="korenaar",
            name="Bakkerij De Korenaar",
            enterprise_number="0999999901",
            eans=("541440010000000801", "541441010000000801"),
        ),
        Customer(
            id="wevershof",
            name="Woonmaatschappij Wevershof",
            enterprise_number="0999999902",
            eans=("541450112000000001", "541450000000000002", "541450212000000003"),
        ),
        Customer(
            id="drukgang",
            name="Drukkerij Drukgang",
            enterprise_number="0999999903",
            eans=("541450010000000802", "541451010000000802"),
            knows=("541450000000000002",),
            reached_by=Medium.LETTER,
        ),
        Customer(id="wout", name="Wout Lagrange"),
    )
}

PORTAL_USERS: dict[str, PortalUser] = {
    each.id: each
    for each in (
        PortalUser(
            id="noor",
            name="Noor Dewaele",
            customers=("noor",),
        ),
        PortalUser(
            id="bram",
            name="Bram Hoorelbeke",
            customers=("bram",),
        ),
        PortalUser(
            id="lies",
            name="Lies Vanhaverbeke",
            customers=("lies",),
            is_new=True,
        ),
        PortalUser(
            id="jef",
            name="Jef Goethals",
            customers=("jef",),
        ),
        PortalUser(
            id="sara",
            name="Sara Goethals",
            customers=("sara",),
        ),
        PortalUser(
            id="hilde",
            name="Hilde Roose",
            customers=("korenaar", "wevershof"),
        ),
        PortalUser(
            id="wout",
            name="Wout Lagrange",
            customers=("wout", "drukgang"),
        ),
        PortalUser(
            id="ines",
            name="Ines Verschaeve",
            customers=("drukgang",),
            is_new=True,
        ),
    )
}


def customers_of(user: PortalUser, flow: Flow) -> list[Customer]:
    """Those for whom a portal user may give consent in a flow; none means: the wrong flow."""
    acts_for = (CUSTOMERS[each] for each in user.customers)
    return [customer for customer in acts_for if customer.flow is flow]
