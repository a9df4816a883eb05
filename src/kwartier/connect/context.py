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


def _nobody(_customer_id: str) -> None:
    """Whom to tell of a visit, where nobody wants to know."""


@dataclass(frozen=True, kw_only=True)
class ConnectContext:
    """What the pages work with. ``ways`` are those to the providers of data that customers are
    invited to share from; ``address`` is where the app is reached, without a slash at the end;
    ``clock`` the providers' time; ``tell`` is called with a customer's id after each of its visits.
    """

    office: Office
    store: Store
    ways: Sequence[Way]
    address: str
    settings: ConnectSettings
    web: WebSettings
    clock: Callable[[], datetime] = configured_clock
    tell: Callable[[str], None] = _nobody
