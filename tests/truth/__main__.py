"""The long form: years of daily syncs, one report.

    python -m truth [--days N] [--points N] [--kills N] [--full-disks N] [--seed N] [--json]
                    [--owners N] [--calm-points N] [--calm-owners N] [--folder FOLDER]

Metering points are Fluvius', owners Eneco's, both in one store. With ``--folder`` everything is
kept there, and a run that was cut off goes on where it was. A second, calm run of fewer of them
without faults tells, by provider, how many requests are made beside the fewest possible. Exit code
1: something differs, or more is asked than should be.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from kwartier.cli.demo.running_emulator import running_emulator
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from truth.fewest_pages import fewest_pages
from truth.figures import Figures
from truth.long_story import long_story
from truth.minimum import fewest_requests
from truth.report import Beside, as_json, as_text
from truth.run import Run, Trouble
from truth.story import Story
from truth.world import ALL_FAULTS, World


def main() -> int:
    """Run the long form; its report goes to standard output, progress to standard error."""
    given = _arguments()
    with ExitStack() as stack:
        folder = given.folder
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="truth-")))
        story = long_story(given.seed, days=given.days, points=given.points, owners=given.owners)
        trouble = Trouble(
            faults="" if given.no_faults else ALL_FAULTS,
            kills=given.kills,
            full_disks=given.full_disks,
        )
        figures = _carried_out(folder / "troubled", story, trouble, given.seed)
        beside: dict[str, Beside] = {}
        if given.calm_points or given.calm_owners:
            calm = long_story(
                given.seed,
                days=given.days,
                points=given.calm_points,
                owners=given.calm_owners,
                contract_ends=False,
            )
            undisturbed = _carried_out(folder / "calm", calm, Trouble(publish=False), given.seed)
            figures.add(undisturbed)
            fewest = {FLUVIUS: fewest_requests, ENECO: fewest_pages}
            beside = {
                name: Beside(undisturbed.part(name).requests, fewest[name](calm))
                for name in calm.providers
            }
        told = as_json(figures, story, seed=given.seed, beside=beside)
    print(json.dumps(told, indent=2) if given.json else as_text(told))
    return 0 if figures.holds and all(one.is_few for one in beside.values()) else 1


def _carried_out(folder: Path, story: Story, trouble: Trouble, seed: int) -> Figures:
    folder.mkdir(parents=True, exist_ok=True)
    done = Figures.load(folder / "figures.json").next
    begin = story.moments[max(0, done - 1)]
    with running_emulator(folder, begin) as env_file:
        lines = env_file.read_text(encoding="utf-8").splitlines()
        env = dict(line.split("=", 1) for line in lines if "=" in line)
        url = env["FLUVIUS_SANDBOX_BASE_URL"].split("/esco")[0]
        run = Run(folder, World(url, env), story, trouble, seed=seed)
        return run.carry_out(_Progress(folder.name, len(story.moments)))


class _Progress:
    """A line now and then on standard error."""

    def __init__(self, name: str, syncs: int) -> None:
        self._name, self._syncs, self._told_at = name, syncs, 0.0

    def __call__(self, figures: Figures) -> None:
        if time.monotonic() - self._told_at < 10 and figures.next < self._syncs:
            return
        self._told_at = time.monotonic()
        print(
            f"{self._name}: {figures.next}/{self._syncs} in {figures.seconds:.0f} s, "
            f"{figures.kills} kills, {figures.full_disks} full disks, {figures.counts()}",
            file=sys.stderr,
            flush=True,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=1_100)
    parser.add_argument("--points", type=int, default=50)
    parser.add_argument("--owners", type=int, default=6)
    parser.add_argument("--calm-points", type=int, default=8, help="in the run without faults")
    parser.add_argument("--calm-owners", type=int, default=4, help="likewise")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--full-disks", type=int, default=20)
    parser.add_argument("--no-faults", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
