"""How a page and a form are declared: the table of routes says who may do what.

A room of pages exports ``ROUTES``, a sequence of what :func:`page` and :func:`form` return;
:mod:`kwartier.console.app` gathers them. What every request goes through is in
:mod:`kwartier.console.gate`: a handler checks neither sign-in nor role nor form token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.visitor import Visitor
from kwartier.office.users import Role
from kwartier.web.forms import LONGEST

Handler = Callable[[Request, Visitor], Awaitable[Response]]
LONGEST_TEXT: Final = 2_000
"""The most characters of a field that holds sentences."""


class _Number(Convertor[int]):
    """``{name:number}`` in a path: one that fits everywhere, unlike Starlette's ``int``."""

    regex = "[0-9]{1,15}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


class Method(StrEnum):
    """A page is looked at, a form sent."""

    GET = "GET"
    POST = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One route. ``role`` None: nobody needs to be signed in. ``action`` is the word for it in the
    access log, None where it shows no customer's data; the path then names ``customer_id``.
    ``longest`` are the most characters of a form's field.
    """

    method: Method
    path: str
    handler: Handler
    role: Role | None
    action: str | None = None
    longest: int = LONGEST


def page(
    path: str,
    handler: Handler,
    *,
    role: Role = Role.VIEWER,
    looks_at_customer: bool = False,
    action: str = "looked",
) -> Declared:
    """A page, or a part of one, that who has ``role`` may look at.

    Where it ``looks_at_customer``, the path has the parameter ``customer_id``, and each look that
    succeeds is in the access log, as ``action``, before it is answered.
    """
    return _declared(Method.GET, path, handler, role, action if looks_at_customer else None)


def form(
    path: str,
    handler: Handler,
    *,
    role: Role,
    longest: int = LONGEST,
    looks_at_customer: bool = False,
    action: str = "changed",
) -> Declared:
    """What a form is sent to by who has ``role``; its fields are in ``visitor.form``. What it did
    is noted as ``action`` where it is about one customer.
    """
    word = action if looks_at_customer else None
    return _declared(Method.POST, path, handler, role, word, longest)


def open_page(path: str, handler: Handler) -> Declared:
    """A page for whoever comes; ``visitor.user`` is None for who is not signed in."""
    return _declared(Method.GET, path, handler, None)


def open_form(path: str, handler: Handler, *, longest: int = LONGEST) -> Declared:
    """A form for whoever comes, which has a form token all the same."""
    return _declared(Method.POST, path, handler, None, longest=longest)


def _declared(
    method: Method,
    path: str,
    handler: Handler,
    role: Role | None,
    action: str | None = None,
    longest: int = LONGEST,
) -> Declared:
    if action is not None and "{customer_id" not in path:
        raise ValueError(f"{path}: looks at a customer, but has no parameter customer_id")
    return Declared(
        method=method, path=path, handler=handler, role=role, action=action, longest=longest
    )
