"""An explanation as a tree for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.tree import Tree

from kwartier.cli.output import plain
from kwartier.cli.wording import counted, energy_words
from kwartier.vocabulary.energy import ELECTRICITY, GAS
from kwartier.vocabulary.fetch import Reason, WindowKind
from kwartier.vocabulary.local_time import BRUSSELS

Node = Mapping[str, Any]

_REASONS = {
    Reason.FORCED: "forced by the operator",
    Reason.BACKFILL: "backfill, the permitted past",
    Reason.DELTA: "delta, what is new since the request before",
    Reason.EXCHANGED: "exchanged, days of which several meters told",
    Reason.GAP: "gap, what should have been there",
    Reason.PROVISIONAL: "provisional, gas whose factor was not definitive",
    Reason.ESTIMATED: "estimated, values that were estimates",
}
_SLICES = {"PT15M": "quarter-hour", "PT1H": "hour", "P1D": "day"}


def tree_of(explained: Node) -> Tree:
    """What :func:`~kwartier.rights.explain_at` or ``explain_peak`` found."""
    kinds = ", ".join(energy_words(kind) for kind in explained["energy_types"])
    tree = Tree(f"[bold]{explained['metering_point']}[/] {escape(kinds)}".rstrip())
    as_of = explained["as_of"]
    tree.add(f"as of {plain(as_of)}, the last sync" if as_of else "nothing was fetched yet")
    if "month" in explained:
        _add_peak(tree, explained)
        return tree
    for one in explained["slices"]:
        _add_slice(tree, one)
    if "parts" in explained:
        _add_parts(tree, explained["parts"])
    return tree


def _name(granularity: str) -> str:
    return _SLICES.get(granularity, granularity)


def moment(at: datetime) -> str:
    """An instant on the wall clock with its offset, and in UTC."""
    local = at.astimezone(BRUSSELS)
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M}{offset[:3]}:{offset[3:]} ({at:%H:%M} UTC)"


def _add_slice(tree: Tree, one: Node, title: str = "") -> None:
    name = title or _name(one["granularity"])
    branch = tree.add(f"[bold]{name}[/] {moment(one['start'])} to {moment(one['end'])}")
    for value in one["values"]:
        _add_value(branch, value)
    if one["absent"] is not None:
        _add_absence(branch, one["absent"])
    for mandate in one["permitted_by"]:
        _add_mandate(branch, mandate)


def _add_value(branch: Tree, value: Node) -> None:
    series = f"{value['direction']}, {value['register']}"
    if value["energy_type"] not in (ELECTRICITY, GAS):
        series = f"{energy_words(value['energy_type'])}, {series}"
    where = f"{value['source']} {value['meter_id'] or value['sub_headpoint'] or ''}".strip()
    if value["fetch"] is None:
        node = branch.add(f"{series}: taken away by a later request [dim]{escape(where)}[/]")
    else:
        node = branch.add(f"{series}: [bold]{_stated(value)}[/] [dim]{escape(where)}[/]")
        _add_fetch(node, "brought by", value["fetch"])
    for number, former in enumerate(value["revisions"], 1):
        was = node.add(f"before ({number}): {_stated(former, value['unit'])}")
        _add_fetch(was, "brought by", former["fetch"])
        _add_fetch(was, f"{former['change']} by", former["superseded_by"])


def _stated(value: Node, unit: str | None = None) -> str:
    words = [
        "no value" if value["value"] is None else plain(value["value"]),
        value.get("unit") or unit or "",
        value["validation_state"] or "no state",
    ]
    if value["gas_conversion_factor"]:
        words.append(f"factor {value['gas_conversion_factor']}")
    return escape(" ".join(filter(None, words)))


def _add_fetch(node: Tree, what: str, fetch: Node) -> None:
    reason = _REASONS.get(fetch["reason"], fetch["reason"])
    about = "measured" if fetch["kind"] == WindowKind.READ_TIME else "stored"
    window = f"{plain(fetch['window_start'])} to {plain(fetch['window_end'])}"
    node.add(
        f"{what} the request of {plain(fetch['fetched_at'])} [dim]({escape(str(reason))}; planned "
        f"{plain(fetch['planned_at'])}; {about} {window}; {fetch['outcome']})[/]"
    )


def _add_mandate(branch: Tree, mandate: Node) -> None:
    end = plain(mandate["period_end"]) or "open"
    node = branch.add(
        f"permitted by {mandate['data_service_type']} under {mandate['reference_number']}: "
        f"{mandate['status']}, {plain(mandate['period_start'])} to {end} "
        f"[dim](known since {plain(mandate['first_seen_at'])}, as it is since "
        f"{plain(mandate['changed_at'])})[/]"
    )
    customer = mandate["customer"] or mandate["customer_id"] or "nobody that is known"
    node.add(f"customer: {escape(customer)}")
    for one in mandate["consents"]:
        withdrawn = f", withdrawn {plain(one['withdrawn_at'])}" if one["withdrawn_at"] else ""
        node.add(
            f"agreed to: {escape(one['purpose'])} [dim](wording {one['wording']}, "
            f"{escape(one['channel'])}, {plain(one['given_at'])}{withdrawn})[/]"
        )
    if not mandate["consents"]:
        node.add("agreed to: no purpose was noted")


def _add_absence(branch: Tree, absent: Node) -> None:
    node = branch.add(f"[yellow]nothing is held[/]: {absent['says']}")
    if absent["why"] in ("not_over", "not_due"):
        node.add(f"due {plain(absent['due_at'])}")
    if absent["why"] == "not_permitted":
        for period in absent["periods"]:
            node.add(f"permitted: {plain(period['start'])} to {plain(period['end']) or 'open'}")
    _add_asked(node, absent)


def _add_asked(node: Tree, absent: Node) -> None:
    for fetch in absent["asked"]:
        _add_fetch(node, "asked by", fetch)
    deltas = absent["deltas"]
    if deltas["count"]:
        requests = counted(deltas["count"], "delta request")
        node.add(f"{requests} could have brought it, the last of {plain(deltas['last_at'])}")
    for receipt in absent["receipts"]:
        at = plain(receipt["erased_at"])
        node.add(f"receipt {receipt['receipt']}: erased {at} ({receipt['reason']})")


def _add_parts(tree: Tree, parts: Node) -> None:
    name = _name(parts["granularity"])
    branch = tree.add(
        f"[bold]{counted(parts['slices'], name)}[/] of that day, {plain(parts['present'])} there"
    )
    if parts["states"]:
        states = (f"{escape(word)} {plain(count)}" for word, count in parts["states"].items())
        branch.add(f"values by state: {', '.join(states)}")
    if parts["revisions"]:
        branch.add(f"{counted(parts['revisions'], 'value')} changed later")
    for fetch in parts["fetches"]:
        _add_fetch(branch, f"{counted(fetch['values'], 'value')} from", fetch)
    for stretch in parts["missing"]:
        node = branch.add(
            f"[yellow]missing[/] {moment(stretch['start'])} to {moment(stretch['end'])}: "
            f"{stretch['says']}"
        )
        _add_asked(node, stretch)


def _add_peak(tree: Tree, explained: Node) -> None:
    peak = explained["peak"]
    if peak is None:
        tree.add(f"[yellow]no peak[/] of {explained['month']}: {explained['why']}")
        return
    bound = "at least " if peak["lower_bound"] else ""
    power = "nothing measured" if peak["kw"] is None else f"{bound}{peak['kw']:.3f} kW"
    branch = tree.add(f"[bold]peak of {explained['month']}: {power}[/], {peak['status']}")
    branch.add(
        f"{plain(peak['present'])} of {plain(peak['expected'])} quarter-hours there, "
        f"{plain(peak['not_measured'])} of them not measured"
    )
    _add_near(branch, explained["near"])
    for gap in explained["gaps"]:
        branch.add(f"[yellow]missing[/] {moment(gap['start'])} to {moment(gap['end'])}")
    if explained["slice"] is not None:
        _add_slice(tree, explained["slice"], "made by the quarter-hour")


def _add_near(branch: Tree, near: Iterable[Node]) -> None:
    others = [f"{one['kw']:.3f} kW at {moment(one['at'])}" for one in list(near)[1:]]
    if others:
        node = branch.add("the highest beside it")
        for other in others:
            node.add(other)
