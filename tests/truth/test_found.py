"""Stories in which the harness once found something lost; each is short, and stays found."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kwartier.emulator.thread import EmulatorThread
from kwartier.vocabulary.provider import ENECO
from truth.figures import Figures
from truth.run import Run, Trouble
from truth.story import DAY, OWNERS, Consent, Grant, Happen, Story, Withdraw
from truth.world import World

BEGIN = datetime(2026, 3, 10, 10, tzinfo=UTC)


def told(story: Story, *, publish: bool = False) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="truth-") as folder,
        EmulatorThread(clock=story.moments[0]) as emulator,
    ):
        world = World(emulator.url, emulator.env)
        return Run(Path(folder), world, story, Trouble(publish=publish)).carry_out()


def moved(ean: str, service: str, *, cap: datetime, moments: tuple[datetime, ...]) -> Story:
    """Somebody leaves at ``cap``, which is learned on the third day; the next consents on the
    sixth.
    """
    before = Grant(ean=ean, service=service, reference="A", since=BEGIN - 5 * DAY)
    after = Grant(ean=ean, service=service, reference="B", since=cap)
    leaves = Happen(kind="customer-change", ean=ean, effective=cap)
    last = len(moments) - 1
    return Story(
        moments=moments, deeds={0: [before], 3: [leaves], 6: [after]}, checks=frozenset({last})
    )


def test_what_came_in_between_is_there_when_the_next_grid_user_consents() -> None:
    """It was asked for before the cap was known, and came when nobody was permitted it."""
    moments = tuple(BEGIN + number * DAY for number in range(8))
    cap = moments[2] - timedelta(hours=2)
    figures = told(moved("541440110000000111", "VH_kwartier_uur", cap=cap, moments=moments))
    assert figures.holds, figures.differences


def test_the_gas_day_in_which_asking_stopped_is_asked_for_whole() -> None:
    """Two windows that met in the middle of a day held its slice neither."""
    moments = tuple(BEGIN + number * DAY for number in range(12))
    cap = BEGIN - 3 * DAY + timedelta(hours=5)
    figures = told(moved("541441010000000404", "VH_dag", cap=cap, moments=moments))
    assert figures.holds, figures.differences


def test_a_meter_that_was_never_permitted_after_all_leaves_no_byte() -> None:
    """Nothing was looked for: no story had a meter of which every value had to go."""
    ean, moments = "541440110000000202", tuple(BEGIN + number * DAY for number in range(10))
    lived_there = Grant(
        ean=ean, service="VH_kwartier_uur", reference="A", since=moments[0] - 5 * DAY
    )
    story = Story(
        moments=moments,
        deeds={
            0: [lived_there],
            3: [Happen(kind="meter-exchange", ean=ean)],
            8: [Happen(kind="customer-change", ean=ean, effective=moments[1])],
        },
        checks=frozenset({6, 9}),
    )
    figures = told(story, publish=True)
    assert figures.holds, figures.differences
    assert (figures.ids_looked_for, figures.ids_in_bytes, figures.ids_of_control) == (1, 0, 1)


def test_a_contract_that_ran_out_stays_published_and_one_that_was_withdrawn_does_not() -> None:
    """The harness took the former for the latter: both are gone from the list."""
    moments = tuple(BEGIN + number * DAY for number in range(7))
    stays, runs_out, leaves = (one.id for one in OWNERS[:3])
    start = moments[0].date() - 3 * DAY
    deeds = [
        Consent(owner=stays, start=start),
        Consent(owner=runs_out, start=start, end=moments[4].date()),
        Consent(owner=leaves, start=start),
    ]
    story = Story(
        moments=moments,
        deeds={0: deeds, 3: [Withdraw(owner=leaves)]},
        checks=frozenset({len(moments) - 1}),
    )
    assert story.may_run_out() == {runs_out}
    figures = told(story, publish=True)
    assert figures.holds, figures.differences
    assert figures.part(ENECO).published.compared > 0
