"""What the members of several messages share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec


def said(text: str) -> msgspec.Meta:
    """What a member means."""
    return msgspec.Meta(description=text)


Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(max_length=300, description="at most 300 characters")]
