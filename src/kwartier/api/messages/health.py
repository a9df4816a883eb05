"""That the API answers."""

from __future__ import annotations

from typing import Literal

import msgspec


class Health(msgspec.Struct, kw_only=True):
    """That the API answers."""

    status: Literal["ok"]
    version: str
