"""Who one is here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor


async def show_account(_: Request, visitor: Visitor) -> Response:
    """Name, role, and the way out."""
    return visitor.page("account.html", title="Your account")


ROUTES: Final[Sequence[Declared]] = (page("/account", show_account),)
