"""The short form: whatever happens and whatever fails, the store is the provider's truth."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwartier.emulator.thread import EmulatorThread
from truth.drawn_stories import stories
from truth.figures import Figures
from truth.run import Run, Trouble
from truth.story import Story
from truth.world import ALL_FAULTS, World

EXAMPLES_OF_TROUBLE = st.builds(
    Trouble,
    faults=st.sampled_from(["", ALL_FAULTS]),
    kills=st.integers(0, 2),
    full_disks=st.integers(0, 1),
    publish=st.booleans(),
)


def told(story: Story, trouble: Trouble, seed: int) -> Figures:
    """Carry a story out in a world and a folder of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="truth-") as folder,
        EmulatorThread(clock=story.moments[0]) as emulator,
    ):
        world = World(emulator.url, emulator.env)
        return Run(Path(folder), world, story, trouble, seed=seed).carry_out()


FEW = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.timeout(600)
@FEW
@given(story=stories(with_eneco=False), trouble=EXAMPLES_OF_TROUBLE, seed=st.integers(0, 1_000))
def test_whatever_happens_and_fails_the_store_is_the_truth(
    story: Story, trouble: Trouble, seed: int
) -> None:
    check(story, told(story, trouble, seed))


@pytest.mark.timeout(600)
@FEW
@given(story=stories(with_eneco=True), trouble=EXAMPLES_OF_TROUBLE, seed=st.integers(0, 1_000))
def test_with_two_providers_in_one_store_it_is_the_truth_of_both(
    story: Story, trouble: Trouble, seed: int
) -> None:
    check(story, told(story, trouble, seed))


def check(story: Story, figures: Figures) -> None:
    assert figures.next == len(story.moments)
    assert figures.holds, "\n".join([f"{figures.counts()}", *figures.differences, *figures.unclear])
    # Of a metering point that is shut off at once there may be nothing to compare.
    assert any(figures.part(name).tally.compared for name in story.providers)
