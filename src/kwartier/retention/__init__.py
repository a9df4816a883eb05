"""What may be held, and for how long: pure decisions, and the receipts of what was erased.

A value may be held only while some mandate permits it, or permitted it and merely expired. The
store carries out what is decided here, and keeps the receipts.
"""

from kwartier.retention.decide import Blocked, Due, Fuse, examine, fuse
from kwartier.retention.decisions import Decision, DecisionKind, People
from kwartier.retention.details import Detail, DetailKind, idle_addresses, idle_customer
from kwartier.retention.fetchable import fetchable, spared
from kwartier.retention.holds import Hold, HoldReason, holds, unusable, withheld
from kwartier.retention.order import Erased, Held, Order, Reason
from kwartier.retention.permits import Permits
from kwartier.retention.policy import FinishedPolicy, RetentionPolicy
from kwartier.retention.receipts import Break, Erasure, Receipt, chain, how_broken, verify_chain

__all__ = [
    "Blocked",
    "Break",
    "Decision",
    "DecisionKind",
    "Detail",
    "DetailKind",
    "Due",
    "Erased",
    "Erasure",
    "FinishedPolicy",
    "Fuse",
    "Held",
    "Hold",
    "HoldReason",
    "Order",
    "People",
    "Permits",
    "Reason",
    "Receipt",
    "RetentionPolicy",
    "chain",
    "examine",
    "fetchable",
    "fuse",
    "holds",
    "how_broken",
    "idle_addresses",
    "idle_customer",
    "spared",
    "unusable",
    "verify_chain",
    "withheld",
]
