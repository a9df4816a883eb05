"""One report of a run, for people and for programs."""

from __future__ import annotations

from typing import Any, Final

from truth.run import Figures
from truth.story import Story

AIM_REQUESTS: Final = 1.1


def as_json(
    figures: Figures, story: Story, *, seed: int, minimum: tuple[int, int] | None
) -> dict[str, Any]:
    """Every figure by name."""
    return {
        "seed": seed,
        "days": len(story.moments),
        "first": f"{story.moments[0]}",
        "last": f"{story.moments[figures.next - 1]}",
        "metering_points": len(story.eans),
        "syncs": figures.syncs,
        "ended_by_fault": dict(figures.ended_by_fault),
        "requests": figures.requests,
        "requests_failed": figures.failed,
        "calls_under_faults": dict(figures.calls),
        "faults_injected": dict(figures.injected),
        "interrupted": dict(figures.interrupted),
        "kills": figures.kills,
        "full_disks": figures.full_disks,
        "finished_before_the_interruption": figures.missed,
        "unclear_ends": figures.unclear,
        "checks": figures.checks,
        **figures.tally.counts(),
        "beyond_in_revisions": figures.beyond_in_revisions,
        "meters_in_bytes_past_a_cap": figures.ids_in_bytes,
        "meters_looked_for": figures.ids_looked_for,
        "meters_of_control_found": figures.ids_of_control,
        "clock_changes": figures.clock_changes,
        "differences": figures.differences,
        "requests_without_faults": minimum[0] if minimum else None,
        "fewest_requests": minimum[1] if minimum else None,
        "seconds": round(figures.seconds, 1),
        "seconds_syncing": round(figures.seconds_syncing, 1),
        "seconds_comparing": round(figures.seconds_comparing, 1),
        "peak_mebibytes_of_a_sync": round(figures.peak_mebibytes),
        "holds": figures.holds,
    }


def as_text(told: dict[str, Any]) -> str:
    """The same in Markdown."""
    shares = _shares(told)
    ends = ", ".join(f"{n} by {name}" for name, n in told["ended_by_fault"].items()) or "none"
    falls = ", ".join(f"{n} {aim}" for aim, n in sorted(told["interrupted"].items())) or "none"
    lines = [
        "# Truth",
        "",
        f"{told['days']:,} daily syncs of {told['metering_points']} metering points, from "
        f"{told['first']:.10} to {told['last']:.10}, seed {told['seed']}.",
        "",
        "| figure | value |",
        "|---|---|",
        f"| values compared, in {told['checks']} checks | {told['compared']:,} |",
        f"| lost | {told['lost']:,} |",
        f"| invented | {told['invented']:,} |",
        f"| of another value | {told['changed']:,} |",
        f"| in the wrong state | {told['state']:,} |",
        f"| kept past a cap, values | {told['beyond']:,} |",
        f"| kept past a cap, revisions | {told['beyond_in_revisions']:,} |",
        f"| kept past a cap, meters in the bytes | {told['meters_in_bytes_past_a_cap']} "
        f"of {told['meters_looked_for']} looked for; control found "
        f"{told['meters_of_control_found']} |",
        f"| syncs; ended by a fault | {told['syncs']:,}; {ends} |",
        f"| calls that failed | {shares} |",
        f"| kill -9 | {told['kills']} |",
        f"| full disks | {told['full_disks']} |",
        f"| interrupted in | {falls} |",
        f"| ends that were not clear | {len(told['unclear_ends'])} |",
        *_requests(told),
        f"| seconds; syncing; comparing | {told['seconds']:,}; {told['seconds_syncing']:,}; "
        f"{told['seconds_comparing']:,} |",
        f"| peak memory of a sync | {told['peak_mebibytes_of_a_sync']} MiB |",
        "",
        "| clock change | values | differing | quarter-hours | hours |",
        "|---|---|---|---|---|",
        *(
            f"| {day} | {one['compared']:,} | {one['differing']} | {one['quarters']} "
            f"| {one['hours']} |"
            for day, one in told["clock_changes"].items()
        ),
    ]
    if told["differences"] or told["unclear_ends"]:
        lines += ["", "## What differs", "", *told["differences"], *told["unclear_ends"]]
    return "\n".join(lines)


def _shares(told: dict[str, Any]) -> str:
    seen, injected = sum(told["calls_under_faults"].values()), sum(told["faults_injected"].values())
    if not seen:
        return "none"
    return f"{injected:,} of {seen:,} ({injected / seen:.1%}), {len(told['faults_injected'])} ways"


def _requests(told: dict[str, Any]) -> list[str]:
    if told["fewest_requests"] is None:
        return []
    ratio = told["requests_without_faults"] / told["fewest_requests"]
    return [
        f"| requests where nothing fails, beside the fewest possible | "
        f"{told['requests_without_faults']:,} / {told['fewest_requests']:,} = {ratio:.3f} "
        f"(aim {AIM_REQUESTS}) |"
    ]
