"""The unattended form: a loop for each provider, one store, and what follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from kwartier.serve.aftermath import Aftermath
from kwartier.serve.alerting import Alerting
from kwartier.serve.clock import ServiceClock
from kwartier.serve.contact import Contact
from kwartier.serve.logs import say
from kwartier.serve.metrics import Metrics
from kwartier.serve.noting import RunBook
from kwartier.serve.policies import Policies, Receivers
from kwartier.serve.upkeep import Upkeep
from kwartier.store import Store
from kwartier.sync import Source


class Service:
    """Keeps ``store``, the file at ``path``, up to date with all ``sources`` until it is stopped.

    Beside each source stands the seed that tells this installation from others of its provider.
    """

    def __init__(
        self,
        *,
        store: Store,
        path: Path,
        sources: Sequence[tuple[Source, str]],
        clock: ServiceClock,
        policies: Policies,
        receivers: Receivers,
        metrics: Metrics,
        alerting: Alerting,
    ) -> None:
        turn = asyncio.Lock()
        runs = RunBook(
            path,
            clock=clock.now,
            keep=policies.settings.keep_runs,
            keep_accesses=policies.settings.keep_access_log,
            warn=lambda error: say(logging.ERROR, "runs_not_noted", error=error),
        )
        self._aftermath = Aftermath(
            store=store,
            path=path,
            clock=clock,
            policies=policies,
            receivers=receivers,
            metrics=metrics,
            runs=runs,
            alerting=alerting,
            turn=turn,
        )
        self._upkeeps = [
            Upkeep(
                store=store,
                source=source,
                clock=clock,
                policies=policies,
                metrics=metrics,
                runs=runs,
                aftermath=self._aftermath,
                turn=turn,
                seed=seed,
            )
            for source, seed in sources
        ]

    @property
    def contacts(self) -> Mapping[str, Contact]:
        """How it goes with each provider."""
        return {one.provider: one.contact for one in self._upkeeps}

    def ask_soon(self, provider: str, metering_points: Collection[str]) -> bool:
        """Have all that is permitted of these fetched once ``provider`` has nothing else in hand;
        False if it is none of the sources. Called from the event loop that the service runs in.
        """
        upkeep = next((one for one in self._upkeeps if one.provider == provider), None)
        if upkeep is None:
            return False
        upkeep.ask_soon(metering_points)
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a commit in hand is finished then.

        Raises what is no :class:`~kwartier.errors.KwartierError`, in a group: that is a defect,
        and the process should end.
        """
        for one in self._upkeeps:
            await one.remember()
        await self._aftermath.look()
        async with asyncio.TaskGroup() as running:
            for one in self._upkeeps:
                running.create_task(one.run(stop))
