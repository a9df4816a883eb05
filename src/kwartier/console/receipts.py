"""The receipts of what was erased: counts and bounds, no values and no EANs; and their proof."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from kwartier.console.routes import Declared, page
from kwartier.console.visitor import Visitor, address
from kwartier.office.users import Role
from kwartier.retention import how_broken
from kwartier.retention.wording import ERASED

_PATH: Final = "/receipts"
_PER_PAGE: Final = 100


async def show_receipts(_: Request, visitor: Visitor) -> Response:
    """The newest first, and whether they hang together."""
    found = await asyncio.to_thread(_read, visitor, visitor.before)
    return visitor.page("receipts.html", title="Receipts", **found)


def _read(visitor: Visitor, before: int | None) -> dict[str, Any]:
    store = visitor.context.store
    kept, beside = store.receipts(), store.receipts_beside()
    wanted = [one for one in reversed(kept) if before is None or one.number < before]
    shown = wanted[:_PER_PAGE]
    more = len(wanted) > len(shown)
    return {
        "receipts": shown,
        "total": len(kept),
        "broken": how_broken(kept, beside),
        "erased_words": {reason.value: words for reason, words in ERASED.items()},
        "older": address(_PATH, before=str(shown[-1].number)) if more else None,
        "newest": _PATH if before is not None else None,
    }


ROUTES: Final[Sequence[Declared]] = (page(_PATH, show_receipts, role=Role.PRIVACY_OFFICER),)
