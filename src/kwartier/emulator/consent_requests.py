"""Requests for a grid user's consent: asked by somebody else, answered, or met with silence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from kwartier.emulator.mandates import Key
from kwartier.emulator.personas import Medium


class ConsentAnswer(StrEnum):
    """What became of a request. WITHDRAWN: nothing waits for it any more, for the mandates were
    deleted, asked anew, or the grid user moved.
    """

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ConsentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One letter or e-mail to a grid user: ``customer`` (an id) asks for these mandates.

    It may be answered until ``answer_by``; ``answer`` is what was answered, if anything was.
    """

    id: str
    reference_number: str
    customer: str
    grid_user: str
    medium: Medium
    asked_at: datetime
    answer_by: datetime
    mandates: list[Key]
    answer: ConsentAnswer = ConsentAnswer.PENDING
    answered_at: datetime | None = None
