"""All that the console is given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kwartier.alerts import Lookout
from kwartier.analysis import ArrivalPolicy
from kwartier.console.openid.provider import OpenIdProvider
from kwartier.funnel import Board
from kwartier.office import Office, access_log
from kwartier.office.sessions import Lives
from kwartier.retention import RetentionPolicy
from kwartier.settings import configured_clock
from kwartier.store.port import Store
from kwartier.sync import FetchPolicy
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.provider import FLUVIUS
from kwartier.web.settings import WebSettings


def wall_clock() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePolicies:
    """What the configuration says of data, as the sync goes by it. The access log tells of who
    looked at it for ``keep_accesses``.
    """

    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    centigrade: Centigrade | None = None
    keep_accesses: timedelta = access_log.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleContext:
    """The store (the file at ``store_path``), the office beside it, the board of both, the
    ``lookout`` over what needs a person, and how they are looked at.

    ``clock`` is the provider's time, by which everything about mandates and data goes;
    ``wall_clock`` that of sessions and of the access log. ``openid`` signs colleagues in, if
    an OpenID provider does. ``connect_url`` is where customers' links lead, unless that is /connect
    beside the console; ``providers`` are those that they may be invited to share the data of.
    ``ask_soon`` has the service that runs in this process fetch metering points of a provider,
    False where it does not fetch from that one; None where no service does. It is called from the
    event loop.
    """

    store: Store
    store_path: Path
    office: Office
    board: Board
    lookout: Lookout
    settings: WebSettings = field(default_factory=WebSettings)
    policies: ConsolePolicies = field(default_factory=ConsolePolicies)
    clock: Callable[[], datetime] = configured_clock
    wall_clock: Callable[[], datetime] = wall_clock
    openid: OpenIdProvider | None = None
    connect_url: str | None = None
    providers: Sequence[str] = (FLUVIUS,)
    ask_soon: Callable[[str, Collection[str]], bool] | None = None

    @property
    def lives(self) -> Lives:
        """How long somebody stays signed in."""
        return Lives(idle=self.settings.session_idle, longest=self.settings.session_longest)
