"""What the pages behind an invitation's link work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kwartier.connect.settings import ConnectSettings
from kwartier.connect.ways import Way
from kwartier.office import Office
from kwartier.settings import configured_clock
from kwartier.store.port import Store
from kwartier.web.settings import WebSettings


@dataclass(frozen=True, kw_only=True)
class ConnectContext:
    """What the pages work with. ``ways`` are those to the providers of data that customers are
    invited to share from; ``address`` is where the app is reached, without a slash at the end
    (None: where the request came to); ``clock`` is the providers' time.
    """

    office: Office
    store: Store
    ways: Sequence[Way]
    settings: ConnectSettings
    web: WebSettings
    address: str | None = None
    clock: Callable[[], datetime] = configured_clock
