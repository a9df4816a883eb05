"""What an erasure on request would take and leave, told before it happens or instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from kwartier.cli.intended import going_as_json
from kwartier.cli.output import console, name, number, print_json, print_table, prose
from kwartier.cli.retention import details_text, mandates_text
from kwartier.export.published.touched import files_of
from kwartier.retention import DetailKind, Erased
from kwartier.store.port import Store
from kwartier.sync.erasure import Erasure
from kwartier.sync.retention import Going
from kwartier.sync.staying import Staying, StayReason

_AMOUNT: Final = [
    name("metering_point", "metering point"),
    name("granularity", "slices"),
    name("from", "from"),
    name("to", "to"),
    number("values", "values"),
    number("revisions", "revisions"),
]
_WHY: Final = {
    StayReason.NOT_ASKED: "the customer's own, outside --from and --to",
    StayReason.FUSE: "the fuse stops it: `kwartier holds` shows how to confirm it",
}


def tell_going(going: Going, out: Console) -> None:
    """What goes, as a table."""
    if going.found:
        print_table(out, _AMOUNT, [_row(one) for one in going.found])
    else:
        out.print("No value would go.")
    if going.details:
        out.print(f"And {details_text(going.details)}.", highlight=False)


def show_outlook(asked: Erasure, store: Store, now: datetime, *, json: bool) -> None:
    """Print all that ``asked`` would do, by the plan that it would carry out."""
    going, stays = asked.outlook(store, now)
    files = {folder: files_of(folder, going.months) for folder in store.publications()}
    receivers, former = sorted(store.deliveries()), store.former_stores()
    if json:
        told = {
            "customer": asked.customer_id,
            "would_suppress": [one.mandate_id for one in asked.decisions],
            **going_as_json(going),
            "would_stay": [_stay_as_json(one) for one in stays],
            "published_files": [str(file) for some in files.values() for file in some],
            "receivers_told": receivers if going.found else [],
            "former_stores": [str(one) for one in former] if _is_anything(going) else [],
        }
        print_json(told)
        return
    out = console()
    out.print("Would go:", style="bold")
    tell_going(going, out)
    for line in _consequences(asked, going, files, receivers, former):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print("Would stay:", style="bold")
    if stays:
        print_table(out, [*_AMOUNT, prose("why", "why")], [_stay_row(one) for one in stays])
    for line in _what_stays_noted(asked, going):
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    out.print("Nothing was changed.")


def _consequences(
    asked: Erasure,
    going: Going,
    files: dict[Path, list[Path]],
    receivers: Sequence[str],
    former: Sequence[Path],
) -> list[str]:
    lines = []
    if asked.decisions:
        lines.append(f"{mandates_text(asked.decisions)} would not be fetched any more.")
    for folder, some in files.items():
        if some:
            names = ", ".join(str(file.relative_to(file.parents[1])) for file in some)
            lines.append(f"Written anew in the dataset published in {folder}: {names}.")
    if going.found and receivers:
        lines.append(f"Told what to delete: {', '.join(receivers)}.")
    if _is_anything(going):
        lines += [f"Deleted with it, as it holds it still: {one}." for one in former]
    return lines


def _what_stays_noted(asked: Erasure, going: Going) -> list[str]:
    lines = []
    if not any(one.kind is DetailKind.CUSTOMER for one in going.details):
        why = (
            "a mandate still waits or lets something be held, or there is none"
            if asked.is_whole
            else "only a part of the time was asked for"
        )
        lines.append(f"The customer's label, enterprise number, contact and invitations: {why}.")
    lines.append(
        "The customer's id, flow, language, reference numbers, consents, mandates, receipts and "
        "the access log: they prove what was agreed to and what was erased."
    )
    return lines


def _is_anything(going: Going) -> bool:
    return bool(going.found or going.details)


def _row(one: Erased) -> dict[str, Any]:
    return {
        "metering_point": one.order.metering_point,
        "granularity": one.order.granularity.value,
        "from": one.start,
        "to": one.end,
        "values": one.values,
        "revisions": one.revisions,
    }


def _stay_as_json(one: Staying) -> dict[str, Any]:
    return {
        "metering_point": one.metering_point,
        "granularity": one.granularity.value,
        "from": one.start,
        "to": one.end,
        "values": one.values,
        "revisions": one.revisions,
        "why": one.why.value,
        "customer_id": one.customer_id,
    }


def _stay_row(one: Staying) -> dict[str, Any]:
    permitted = f"a mandate of {one.customer_id or 'an unknown customer'} permits it"
    return _stay_as_json(one) | {"why": _WHY.get(one.why, permitted)}
