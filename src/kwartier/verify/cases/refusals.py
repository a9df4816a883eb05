"""The bodies of errors."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import Otherwise, reading
from kwartier.verify.lab import Lab
from kwartier.wire.unreadable import UNREADABLE


def _names(reply: Reply) -> str:
    """The members of an error body, casing and all."""
    try:
        told = msgspec.json.decode(reply.body, type=dict[str, Any])
    except UNREADABLE as error:
        raise Otherwise("a body that is no JSON object") from error
    return seen.listed(told)


def _broken_rule(lab: Lab) -> Reply:
    return lab.mandates(lab.own.reference(), ean="123")


CASES: Final = (
    reading(
        "error-casing",
        "members of a refusal (400) are written in PascalCase",
        "Code, Message, Type, ValidationErrorMessages",
        lambda lab: _names(_broken_rule(lab)),
    ),
    reading(
        "error-casing-404",
        "members of a 404 are written in PascalCase",
        "Code, Message, Type",
        lambda lab: _names(lab.mandates(lab.own.reference())),
    ),
)
