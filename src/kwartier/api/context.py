"""All that the API is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kwartier.analysis import ArrivalPolicy
from kwartier.api.figures import Judging
from kwartier.api.settings import ApiSettings
from kwartier.funnel.board import Board
from kwartier.office import Office
from kwartier.settings import configured_clock
from kwartier.store import Store
from kwartier.vocabulary.centigrade import Centigrade


def wall_clock() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The store (the file at ``store_path``), the office beside it, and the board of both.

    ``connect_url`` is where customers' links lead (``https://energy.example.com/connect``).
    ``clock`` is the provider's time, by which everything about mandates and data goes;
    ``wall_clock`` that of keys and of the access log.
    """

    store: Store
    store_path: Path
    office: Office
    board: Board
    connect_url: str
    settings: ApiSettings = field(default_factory=ApiSettings)
    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)
    centigrade: Centigrade = Centigrade.UNKNOWN
    clock: Callable[[], datetime] = configured_clock
    wall_clock: Callable[[], datetime] = wall_clock

    @property
    def judging(self) -> Judging:
        """How values are judged."""
        return Judging(arrival=self.arrival, centigrade=self.centigrade)
