"""What is logged of a sync."""

from __future__ import annotations

import logging
from typing import Any

from kwartier.retention import DetailKind
from kwartier.serve.agenda import Task
from kwartier.serve.logs import say
from kwartier.sync import Enforced, SyncReport


def tell_of_retention(enforced: Enforced) -> None:
    """Log what was erased, whoever's it was, and what waits for a person."""
    if enforced.receipts:
        say(
            logging.INFO,
            "retracted",
            receipts=len(enforced.receipts),
            values=enforced.values,
            metering_points=enforced.points,
            addresses=sum(one.kind is DetailKind.ADDRESS for one in enforced.details),
        )
    for former in enforced.former:
        say(logging.INFO, "former_store_deleted", file=str(former))
    if enforced.blocked:
        say(logging.ERROR, "retraction_waits_for_a_person", orders=len(enforced.blocked))


def summary(task: Task, report: SyncReport) -> dict[str, Any]:
    """The counts of a sync."""
    return {
        "task": task,
        "as_of": report.now,
        "metering_points": report.points,
        "requests": report.fetches,
        "failed": report.failed,
        "inserted": report.inserted,
        "revised": report.revised,
        "removed": report.removed,
        "undecoded": report.undecoded,
        "beyond_consent": report.beyond_consent,
        "addresses": report.addresses.asked - report.addresses.failed,
        "addresses_failed": report.addresses.failed,
        "seconds": round(report.seconds, 3),
        **({"last_error": report.last_error} if report.last_error else {}),
    }
