"""Why something is held back or goes, in words for people."""

from __future__ import annotations

from typing import Final

from kwartier.retention.decide import Fuse
from kwartier.retention.holds import HoldReason
from kwartier.retention.order import Reason

HELD: Final = {
    HoldReason.FINISHED: "the mandate was ended",
    HoldReason.AMBIGUOUS: "the mandate could not be told apart from another",
    HoldReason.STATUS: "the mandate is no longer approved",
}
ERASED: Final = {
    Reason.PERIOD_ENDED: "no mandate's period has them any more",
    Reason.FINISHED: "the mandate was ended",
    Reason.DECIDED: "a person decided so",
    Reason.REQUESTED: "on request",
}
FUSES: Final = {
    Fuse.SHARE: "too many metering points at once",
    Fuse.CONTRACT_ENDED: "the data access contract seems to have ended",
}
