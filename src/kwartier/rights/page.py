"""The page that a customer reads: one file, which needs and asks nothing of elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kwartier.analysis import PeakStatus
from kwartier.registry import DataOwner
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.account import Account, Receiver
from kwartier.rights.held import HeldSummary
from kwartier.rights.languages import Words, words_in
from kwartier.rights.telling import (
    day_text,
    event_text,
    last_day_text,
    stretch_text,
    stretches_text,
    time_text,
)
from kwartier.vocabulary.interval import union

_MONTH_LETTERS: Final = 7
_MONTHS_SHOWN: Final = 36
_KEYS: Final = ("energy_type", "direction", "unit", "sub_headpoint")
_DECIMALS: Final = {"kWh": 0, "m3": 1}


@dataclass(frozen=True, slots=True)
class ToldPoint:
    """What the page tells of one metering point."""

    summary: HeldSummary
    totals: pa.Table
    peaks: pa.Table


def page_of(
    account: Account, points: Iterable[ToldPoint], *, names: Sequence[str], made: datetime
) -> str:
    """The page in the customer's language, or else in English; ``names`` are the files beside."""
    words = words_in(account.customer.language)
    folder = files(__package__)
    template = _environment().from_string(folder.joinpath("page.html").read_text("utf-8"))
    return template.render(
        words=words,
        t=words.text,
        style=Markup(folder.joinpath("page.css").read_text("utf-8")),  # noqa: S704 - our own file
        customer=account.customer,
        made=time_text(made),
        as_of=time_text(account.as_of) or words.text("never"),
        chosen=_chosen(account, words),
        who=_who(account, words),
        consents=_consents(account, words),
        wordings=account.wordings,
        mandates=_mandates(account, words),
        history=_history(account, words),
        points=[_point(point, words) for point in points],
        erased=_erased(account, words),
        receivers=[_receiver(one, words) for one in account.receivers],
        publications=len(account.publications),
        invited=_invited(account, words),
        looks=[(time_text(one.at), one.actor, one.action) for one in account.office.looks],
        files=names,
        rights=[words.text(f"rights_{name}") for name in account.providers],
    )


def _invited(account: Account, words: Words) -> list[str]:
    return [
        words.text("invited", when=time_text(one.invited_at), count=len(visits))
        for one, visits in account.office.invitations
    ]


def _environment() -> Environment:
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _chosen(account: Account, words: Words) -> str:
    chosen = account.chosen
    if (chosen.start, chosen.end) == (BEGINNING, END):
        return ""
    start = time_text(chosen.start) or words.text("beginning")
    return words.text("period", start=start, end=time_text(chosen.end) or words.text("now"))


def _who(account: Account, words: Words) -> list[tuple[str, str]]:
    customer = account.customer
    told = [
        ("customer_id", customer.customer_id),
        ("label", customer.label),
        ("flow", words.term(customer.flow)),
        ("enterprise_number", customer.enterprise_number),
        ("language", words.term(customer.language)),
        ("contact", customer.contact),
        ("references", ", ".join(one.reference_number for one in account.references)),
        *(_address(one, words) for one in account.data_owners),
    ]
    return [(name, value) for name, value in told if value]


def _address(owner: DataOwner, words: Words) -> tuple[str, str]:
    if owner.address is None:
        return "delivery_address", ""
    told = words.text("told_on", day=day_text(owner.address_fetched_at))
    return "delivery_address", f"{owner.address.text()} ({told})"


def _consents(account: Account, words: Words) -> list[list[str]]:
    return [
        [
            one.purpose,
            time_text(one.given_at),
            time_text(one.withdrawn_at) or words.text("stands"),
            one.channel,
            one.wording,
        ]
        for one in account.consents
    ]


def _mandates(account: Account, words: Words) -> list[list[str]]:
    return [
        [
            mandate.metering_point or words.text("no_ean"),
            words.term(mandate.data_service_type),
            ", ".join(filter(None, map(words.term, (mandate.status, mandate.renewal_status)))),
            day_text(mandate.period_start),
            last_day_text(mandate.period_end),
            day_text(mandate.expires_at),
        ]
        for mandate in (one.mandate for one in account.mandates)
    ]


def _history(account: Account, words: Words) -> list[list[str]]:
    return [
        [
            time_text(event.entry.change.seen_at),
            event.known.mandate.metering_point or words.text("no_ean"),
            words.term(event.known.mandate.data_service_type),
            event_text(event, words),
        ]
        for event in account.history
    ]


def _erased(account: Account, words: Words) -> list[list[str]]:
    return [
        [
            time_text(one.receipt.erased_at),
            one.metering_point,
            words.term(one.receipt.granularity or one.receipt.energy_type),
            stretches_text(one.bounds, words),
            words.term(one.receipt.reason),
        ]
        for one in account.erased
    ]


def _receiver(receiver: Receiver, words: Words) -> str:
    kind = words.term(receiver.name.partition(":")[0])
    count = words.number(receiver.told)
    return f"{kind}: {words.text('told', count=count, last=time_text(receiver.last_at))}"


def _point(point: ToldPoint, words: Words) -> dict[str, Any]:
    held = point.summary
    months, sums = _months(point, words)
    parts = union(part for own in held.periods.values() for part in own)
    return {
        "ean": held.metering_point,
        "energy_type": held.energy_type,
        "periods": ", ".join(stretch_text(part, words) for part in parts),
        "held": [_held_row(row, held.energy_type, words) for row in held.rows],
        "sums": sums,
        "months": months,
        "has_peaks": point.peaks.num_rows > 0,
        "has_gaps": any("*" in cell["text"] for month in months for cell in month["cells"]),
    }


def _held_row(row: Mapping[str, Any], of_point: str, words: Words) -> list[str]:
    states: dict[str, int] = {}
    for state, count in row["states"].items():
        term = words.term(state)
        states[term] = states.get(term, 0) + count
    told = [f"{term}: {words.number(count)}" for term, count in states.items()]
    if row["missing"]:
        told.append(words.text("missing", count=words.number(row["missing"])))
    return [
        words.term(row["granularity"]),
        _flow(row["energy_type"], row["direction"], of_point, words),
        words.term(row["register"]),
        words.term(row["unit"]),
        day_text(row["start"]),
        last_day_text(row["end"]),
        words.number(row["values"]),
        ", ".join(told),
        words.number(row["revisions"]),
    ]


def _months(point: ToldPoint, words: Words) -> tuple[list[dict[str, Any]], list[str]]:
    """The latest months with the total of each direction and unit, and what those are called."""
    is_month = pc.equal(pc.utf8_length(point.totals["period"]), _MONTH_LETTERS)
    is_total = pc.equal(point.totals["register"], "total")
    rows = point.totals.filter(pc.and_(is_month, is_total)).to_pylist()
    keys = sorted({tuple(row[name] or "" for name in _KEYS) for row in rows})
    highest = {key: max(abs(r["value"] or 0) for r in rows if _key(r) == key) for key in keys}
    found = {(row["period"], _key(row)): row for row in rows}
    peaks = {row["month"]: row for row in point.peaks.to_pylist()}
    names = sorted({row["period"] for row in rows} | peaks.keys(), reverse=True)[:_MONTHS_SHOWN]
    months = [
        {
            "name": f"{name[5:]}/{name[:4]}",
            "cells": [_cell(found.get((name, key)), highest[key], words) for key in keys],
            "peak": _peak(peaks.get(name), words),
        }
        for name in names
    ]
    return months, [_sum_name(key, point.summary.energy_type, words) for key in keys]


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] or "" for name in _KEYS)


def _sum_name(key: tuple[str, ...], of_point: str, words: Words) -> str:
    energy_type, direction, unit, behind = key
    flow = _flow(energy_type, direction, of_point, words)
    return f"{flow} ({words.term(unit)})" + (f" {behind}" if behind else "")


def _flow(energy_type: str, direction: str, of_point: str, words: Words) -> str:
    """The direction, and of what where that is not what the mandate is on."""
    told = words.term(direction)
    return told if energy_type == of_point else f"{words.term(energy_type)}, {told}"


def _cell(row: Mapping[str, Any] | None, highest: float, words: Words) -> dict[str, Any]:
    if row is None or row["value"] is None:
        return {"text": "-", "share": 0}
    mark = "" if row["complete"] else "*"
    share = round(100 * abs(row["value"]) / highest) if highest else 0
    decimals = _DECIMALS.get(row["unit"], 3)
    return {"text": words.number(row["value"], decimals) + mark, "share": share}


def _peak(row: Mapping[str, Any] | None, words: Words) -> str:
    if row is None or row["kw"] is None:
        return "-"
    is_bound = row["status"] in (PeakStatus.INCOMPLETE, PeakStatus.UNAVAILABLE)
    return ("≥ " if is_bound else "") + words.number(row["kw"], 2)
