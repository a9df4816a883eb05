"""What can be set about publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from kwartier.vocabulary.setting import Setting

GRACE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPolicy:
    """Without ``folder`` nothing is published after a sync."""

    folder: Annotated[
        Path | None,
        Setting(about="a folder of Parquet files that is brought up to date after each sync"),
    ] = None
    grace: Annotated[
        timedelta,
        Setting(
            about="the files of before stay so long for those who still read them; a retraction "
            "takes them away at once",
            at_least=timedelta(0),
        ),
    ] = GRACE
