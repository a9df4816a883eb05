"""Telling others of mandates' changes, after a command has polled them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from kwartier.cli.options import Output
from kwartier.cli.output import error_console
from kwartier.cli.targets import check_file_target
from kwartier.cli.wording import counted
from kwartier.errors import InputError
from kwartier.store.port import Store

if TYPE_CHECKING:
    from kwartier.events import Webhook
    from kwartier.events.outbox import DeliveryPolicy

STANDARD_OUTPUT = "-"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class TellOptions:
    """Who is told of mandates' changes."""

    events: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True,
            help="add every change of a mandate as a line of JSON to this file; - prints them",
        ),
    ] = None
    webhook: Annotated[
        str | None,
        Parameter(
            env_var="KWARTIER_WEBHOOK_URL",
            show_env_var=True,
            help="post every change to this address, signed with KWARTIER_WEBHOOK_SECRET",
        ),
    ] = None

    @property
    def takes_standard_output(self) -> bool:
        """Whether events are printed, so that nothing else should be."""
        return self.events == STANDARD_OUTPUT


TELL = TellOptions()


def check_telling(telling: TellOptions, output: Output) -> None:
    """Refuse what cannot work before anything is asked or changed."""
    if telling.takes_standard_output and output.json:
        raise InputError("--events", "cannot be - together with --json", "name a file")
    if telling.events is not None and not telling.takes_standard_output:
        check_file_target(Path(telling.events), "--events")
    if telling.webhook is not None:
        webhook_for(telling.webhook)


def tell_changes(store: Store, telling: TellOptions, policy: DeliveryPolicy | None = None) -> bool:
    """Tell whoever is to be told what they do not know yet; whether all of it was taken.

    What was not is said on standard error, and told by a later run.
    """
    if telling.events is None and telling.webhook is None:
        return True
    from kwartier.events import tell

    webhook = None if telling.webhook is None else webhook_for(telling.webhook)
    done = asyncio.run(tell(store, file=telling.events, webhook=webhook, policy=policy))
    if done.left:
        reason = f" ({done.error})" if done.error else ""
        error_console().print(
            f"[yellow]Not told yet: {counted(done.left, 'change')} of mandates{reason}[/]; kept, "
            "and told by a later run.",
            soft_wrap=True,
        )
    return not done.left


def webhook_for(url: str) -> Webhook:
    """The receiver at ``url``, with the secret of the environment."""
    from kwartier.events import Webhook, WebhookSecret

    try:
        return Webhook(url=url, secret=WebhookSecret.from_env())
    except InputError as error:
        raise InputError("--webhook", error.rule) from error
