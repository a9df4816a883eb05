"""What to do with data of a mandate that was ended, and how much may go without a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from kwartier.vocabulary.setting import Setting


class FinishedPolicy(StrEnum):
    """What becomes of the data of a finished mandate: it waits for a person's decision, it is
    kept, or it is erased after a grace period.
    """

    ASK = "ask"
    KEEP = "keep"
    ERASE = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """``finished`` says what becomes of the data of finished mandates; ``erase`` waits for
    ``grace`` after the list that first showed the mandate as it is.

    The fuse stops a run that would erase more than the share ``fuse_share`` of the metering points
    that the store holds; up to ``fuse_points`` of them never trip it, for in a small store a single
    move of house is a large share.
    """

    finished: Annotated[
        FinishedPolicy,
        Setting(about="data of a finished mandate: ask a person, keep it, or erase it"),
    ] = FinishedPolicy.ASK
    grace: Annotated[
        timedelta,
        Setting(about="how long erase waits after a mandate was finished", at_least=timedelta(0)),
    ] = timedelta(days=30)
    fuse_share: Annotated[
        float,
        Setting(
            about="a run that would erase more of the metering points waits for a person",
            at_least=0,
            at_most=1,
        ),
    ] = 0.05
    fuse_points: Annotated[
        int, Setting(about="so many metering points never trip the fuse", at_least=0)
    ] = 1
