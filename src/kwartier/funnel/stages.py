"""How far a customer has come, from an invitation to complete data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """In the order in which they are reached. What a request at the provider of data is, Fluvius
    alone knows; a contract of Eneco is there or not.
    """

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    OPENED = "opened"
    REQUESTED = "requested"
    WAITING = "waiting"
    APPROVED = "approved"
    FIRST_DATA = "first_data"
    COMPLETE = "complete"
    TO_BE_RENEWED = "to_be_renewed"
    ENDED = "ended"

    @property
    def words(self) -> str:
        """Its name as people read it."""
        return _WORDS.get(self, self.replace("_", " "))


ORDER: Final = {stage: number for number, stage in enumerate(Stage)}
_WORDS: Final = {Stage.NOT_INVITED: "not invited yet", Stage.WAITING: "waiting for the grid user"}

MEANING: Final = {
    Stage.NOT_INVITED: "the customer was added, and nothing more",
    Stage.INVITED: "an invitation stands",
    Stage.OPENED: "the customer opened the link",
    Stage.REQUESTED: "a short URL was made for the customer, or a mandate is listed in a state "
    "that we do not know",
    Stage.WAITING: "the request lies with the grid user, who has a month",
    Stage.APPROVED: "a mandate stands, and nothing it opens has arrived",
    Stage.FIRST_DATA: "values arrived, and some that are due are missing, or fewer metering points "
    "were granted than expected",
    Stage.COMPLETE: "all that is due is there",
    Stage.TO_BE_RENEWED: "a mandate runs out, or did while others go on",
    Stage.ENDED: "nothing new may be fetched any more: refused, ended, moved out, expired, or "
    "erased on request",
}
"""What each stage says."""


class Need(StrEnum):
    """Why somebody has to look after a customer: a consent runs out, data waits for a decision,
    values are missing, or nothing moved for longer than :data:`PATIENCE`.
    """

    RENEWAL = "renewal"
    HOLD = "hold"
    GAPS = "gaps"
    STUCK = "stuck"


PATIENCE: Final = {
    Stage.NOT_INVITED: timedelta(days=14),
    Stage.INVITED: timedelta(days=7),
    Stage.OPENED: timedelta(days=2),
    Stage.REQUESTED: timedelta(days=2),
    Stage.WAITING: timedelta(days=21),
    Stage.APPROVED: timedelta(days=4),
    Stage.FIRST_DATA: timedelta(days=14),
}
"""How long a customer may stay in a stage before somebody should ask why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a customer has come.

    ``reached`` has when each stage up to ``stage`` was reached, as far as that is known, on the
    way that led there (a consent that ended before is another way); it never goes backwards.
    ``days_left`` is what the grid user has to answer, or else until the first consent expires
    that is to be renewed. ``granted_eans`` are the metering points of mandates that stand.
    ``missing`` are values that are due and not there. ``statuses`` are the mandates' words as the
    provider has them, unknown ones too.
    """

    customer_id: str
    label: str
    contact: str | None
    flow: str
    providers: tuple[str, ...]
    stage: Stage
    reached: Mapping[Stage, datetime]
    days_left: int | None
    expected_eans: int | None
    granted_eans: int
    missing: int
    needs: tuple[Need, ...]
    statuses: tuple[str, ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the present stage was reached."""
        return self.reached.get(self.stage)
