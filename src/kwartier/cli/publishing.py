"""Publishing a dataset, after a sync or by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from kwartier.cli.wording import counted
from kwartier.store.port import Store

if TYPE_CHECKING:
    from kwartier.export import PublishReport


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PublishOptions:
    """Where a dataset is published after a sync."""

    publish: Annotated[
        Path | None,
        Parameter(
            env_var="KWARTIER_PUBLISH",
            show_env_var=True,
            help="then bring the Parquet files in this folder up to date, for others to read",
        ),
    ] = None

    def folders(self) -> list[Path]:
        """The folder, if there is one."""
        return [] if self.publish is None else [self.publish]


PUBLISH = PublishOptions()


@dataclass(frozen=True, slots=True)
class Published:
    """What was published where."""

    reports: list[tuple[Path, PublishReport]]

    def tell(self, out: Console) -> None:
        """A sentence a folder, for people."""
        for folder, report in self.reports:
            out.print(
                f"Published in {folder}: {counted(len(report.written), 'month')} written "
                f"({counted(report.rows, 'value')}), {counted(report.linked, 'month')} as before.",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "published": [
                {
                    "folder": str(folder),
                    "current": str(report.folder),
                    "generation": report.generation,
                    "months_written": [str(month) for month in report.written],
                    "months_linked": report.linked,
                    "values_written": report.rows,
                }
                for folder, report in self.reports
            ]
        }


def check_publishing(publishing: PublishOptions) -> None:
    """Refuse a folder that holds other things before anything is asked."""
    if publishing.publish is not None:
        from kwartier.export.published.generations import check_folder

        check_folder(publishing.publish, "--publish")


def publish_into(store: Store, folders: Iterable[Path], **how: Any) -> Published:
    """Bring the datasets in these folders up to date; ``how`` is what publishing itself takes."""
    from kwartier.export import publish

    return Published(
        [(folder, publish(store, folder, wall=datetime.now(UTC), **how)) for folder in folders]
    )
