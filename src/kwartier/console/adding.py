"""Adding a customer, and on to its invitation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.rendering import segment
from kwartier.console.routes import Declared, form, page
from kwartier.console.visitor import Visitor
from kwartier.errors import InputError
from kwartier.office.users import Role
from kwartier.registry.customers import FLOWS, LANGUAGES, CustomerChange
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.web.forms import Form

PATH: Final = "/invite"
_ONE_LINE: Final = ("customer_id", "label", "contact")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCustomer:
    """A customer as it is typed."""

    customer_id: str = ""
    label: str = ""
    flow: str = "B2C"
    enterprise_number: str = ""
    language: str = "nl"
    contact: str = ""

    @classmethod
    def of_form(cls, sent: Form) -> TypedCustomer:
        """What was sent."""
        names = ("customer_id", "label", "flow", "enterprise_number", "language", "contact")
        return cls(**{name: sent.text(name) for name in names})

    def change(self) -> CustomerChange:
        """The same for the store; InputError naming the field that cannot be."""
        for name in _ONE_LINE:
            if not getattr(self, name).isprintable():
                raise InputError(name, "must not hold line breaks or control characters")
        change = CustomerChange(**asdict(self))
        change.applied_to(None)
        return change


async def show_add(_: Request, visitor: Visitor) -> Response:
    """The form."""
    return _shown(visitor, TypedCustomer())


async def add(_: Request, visitor: Visitor) -> Response:
    """Add the customer; what asks for its data is on the page after."""
    typed = TypedCustomer.of_form(visitor.form)
    try:
        await asyncio.to_thread(_add, visitor, typed.change())
    except InputError as error:
        return _shown(visitor, typed, error)
    return visitor.go(f"/customers/{segment(typed.customer_id)}/invite")


def _add(visitor: Visitor, change: CustomerChange) -> None:
    context, customer_id = visitor.context, change.customer_id
    with context.store.deciding():  # Nobody erases the same one, or adds it, meanwhile.
        if _is_known(visitor, customer_id):
            rule = "is another customer's already"
            raise InputError("customer_id", rule, "its own page invites that one")
        # As `kwartier customers add` has it, whoever is added gets a reference number of Fluvius.
        context.store.change_customers([change], provider=FLUVIUS, now=visitor.at)
    visitor.note("added a customer", customer_id)
    context.board.refresh_customer(customer_id)


def _is_known(visitor: Visitor, customer_id: str) -> bool:
    context = visitor.context
    if not context.store_path.exists():
        return False  # the first customer makes the store
    with context.store.snapshot(about=customer_id) as moment:
        return any(one.customer_id == customer_id for one in moment.customers())


def _shown(visitor: Visitor, typed: TypedCustomer, error: InputError | None = None) -> Response:
    return visitor.page(
        "add_customer.html",
        title="Add a customer and invite",
        status=200 if error is None else 400,
        typed=typed,
        error=error,
        flows=FLOWS,
        languages=LANGUAGES,
    )


ROUTES: Final[Sequence[Declared]] = (
    page(PATH, show_add, role=Role.OPERATOR),
    form(PATH, add, role=Role.OPERATOR),
)
