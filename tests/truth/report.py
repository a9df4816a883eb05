"""One report of a run, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from truth.figures import Figures, Part
from truth.story import Story

AIM_REQUESTS: Final = 1.1
Told = dict[str, Any]


class Beside(NamedTuple):
    """Requests for values (of Eneco: pages) where nothing failed, beside the ``fewest``."""

    made: int
    fewest: int

    @property
    def is_few(self) -> bool:
        return self.made <= AIM_REQUESTS * self.fewest

    def __str__(self) -> str:
        share = self.made / max(1, self.fewest)
        return f"{self.made:,} / {self.fewest:,} = {share:.3f}"


def as_json(figures: Figures, story: Story, *, seed: int, beside: Mapping[str, Beside]) -> Told:
    """Every figure by name."""
    return {
        "seed": seed,
        "days": len(story.moments),
        "first": f"{story.moments[0]}",
        "last": f"{story.moments[figures.next - 1]}",
        "providers": {
            name: {"metering_points": len(story.points(name))}
            | _of_provider(figures.part(name), beside.get(name))
            for name in story.providers
        },
        "calls_under_faults": dict(figures.calls),
        "faults_injected": dict(figures.injected),
        "kills": figures.kills,
        "full_disks": figures.full_disks,
        "finished_before_the_interruption": figures.missed,
        "unclear_ends": figures.unclear,
        "checks": figures.checks,
        "meters_in_bytes_past_a_cap": figures.ids_in_bytes,
        "meters_looked_for": figures.ids_looked_for,
        "meters_of_control_found": figures.ids_of_control,
        "differences": figures.differences,
        "seconds": round(figures.seconds, 1),
        "seconds_syncing": round(figures.seconds_syncing, 1),
        "seconds_comparing": round(figures.seconds_comparing, 1),
        "peak_mebibytes_of_a_sync": round(figures.peak_mebibytes),
        "holds": figures.holds,
    }


def _of_provider(part: Part, beside: Beside | None) -> Told:
    return {
        "syncs": part.syncs,
        "ended_by_fault": dict(part.ended_by_fault),
        "requests": part.requests,
        "fetches_failed": part.failed,
        "interrupted": dict(part.interrupted),
        "store": part.tally.counts(),
        "published": part.published.counts(),
        "beyond_in_revisions": part.beyond_in_revisions,
        "clock_changes": part.clock_changes,
        "requests_without_faults": beside.made if beside else None,
        "fewest_requests": beside.fewest if beside else None,
        "holds": part.holds,
    }


_WRONG: Final = {
    "lost": "lost",
    "invented": "invented",
    "changed": "of another value",
    "state": "in the wrong state",
    "beyond": "kept past a cap or a contract",
}


def as_text(told: Told) -> str:
    """The same in Markdown."""
    whom = told["providers"]
    points = " and ".join(f"{one['metering_points']} of {name}'s" for name, one in whom.items())
    rows: list[tuple[str, Callable[[Told], str]]] = [
        (f"values compared, in {told['checks']} checks", lambda one: _both(one, "compared")),
        *((title, lambda one, name=name: _both(one, name)) for name, title in _WRONG.items()),
        ("the same, revisions", lambda one: f"{one['beyond_in_revisions']:,}"),
        (
            "syncs; ended by a fault",
            lambda one: f"{one['syncs']:,}; {_named(one, 'ended_by_fault')}",
        ),
        (
            "requests; fetches that failed",
            lambda one: f"{one['requests']:,}; {one['fetches_failed']:,}",
        ),
        ("interrupted in", lambda one: _named(one, "interrupted")),
        (f"requests where nothing fails (aim {AIM_REQUESTS})", _requests),
    ]
    lines = [
        "# Truth",
        "",
        f"{told['days']:,} days of metering points ({points}) in one store, from "
        f"{told['first']:.10} to {told['last']:.10}, seed {told['seed']}. Values: in the store; in "
        "the published dataset.",
        "",
        f"| figure | {' | '.join(whom)} |",
        "|---" * (1 + len(whom)) + "|",
        *(f"| {title} | {' | '.join(map(show, whom.values()))} |" for title, show in rows),
        "",
        "| figure | value |",
        "|---|---|",
        f"| kept past a cap, meters in the bytes | {told['meters_in_bytes_past_a_cap']} "
        f"of {told['meters_looked_for']} looked for; control found "
        f"{told['meters_of_control_found']} |",
        f"| calls that failed | {_shares(told)} |",
        f"| kill -9; full disks | {told['kills']}; {told['full_disks']} |",
        f"| ends that were not clear | {len(told['unclear_ends'])} |",
        f"| seconds; syncing; comparing | {told['seconds']:,}; {told['seconds_syncing']:,}; "
        f"{told['seconds_comparing']:,} |",
        f"| peak memory of a sync | {told['peak_mebibytes_of_a_sync']} MiB |",
        "",
        "| clock change | provider | values | differing | quarter-hours | hours |",
        "|---|---|---|---|---|---|",
        *(
            f"| {day} | {name} | {on_day['compared']:,} | {on_day['differing']} "
            f"| {on_day['quarters']} | {on_day['hours']} |"
            for name, one in whom.items()
            for day, on_day in one["clock_changes"].items()
        ),
    ]
    if told["differences"] or told["unclear_ends"]:
        lines += ["", "## What differs", "", *told["differences"], *told["unclear_ends"]]
    return "\n".join(lines)


def _both(one: Told, name: str) -> str:
    return f"{one['store'][name]:,}; {one['published'][name]:,}"


def _named(one: Told, name: str) -> str:
    return ", ".join(f"{n} {what}" for what, n in sorted(one[name].items())) or "none"


def _shares(told: Told) -> str:
    seen, injected = sum(told["calls_under_faults"].values()), sum(told["faults_injected"].values())
    if not seen:
        return "none"
    calls = ", ".join(f"{n:,} {name}" for name, n in told["calls_under_faults"].items())
    ways = f"{len(told['faults_injected'])} ways"
    return f"{injected:,} of {seen:,} ({injected / seen:.1%}; {calls}), {ways}"


def _requests(one: Told) -> str:
    if one["fewest_requests"] is None:
        return "not tried"
    return f"{Beside(one['requests_without_faults'], one['fewest_requests'])}"
