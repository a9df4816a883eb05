"""``kwartier alerts``: what needs a person, who was told of it, and telling them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from cyclopts import App, Parameter
from rich.markup import escape

from kwartier.alerts import Delivery, receivers_of, try_receivers
from kwartier.cli.alerting import alerting_of
from kwartier.cli.configured import AlertOptions, Running, prepare
from kwartier.cli.output import Column, console, error_console, print_json, print_rows, prose
from kwartier.cli.wording import counted
from kwartier.errors import ConfigurationError
from kwartier.office import open_office
from kwartier.office.alerts import KnownAlert, ReceiverState, Told, receiver_states, told
from kwartier.serve.alerting import Alerting
from kwartier.serve.standing import Standing, look_at
from kwartier.settings import configured_clock
from kwartier.store import StoreBusyError, open_store
from kwartier.store.port import Store

DONE, NOT_TAKEN, ASK_AGAIN = 0, 1, 3

alerts = App(
    name="alerts",
    help="Show what needs a person: since when, and who was told; tell them, and try receivers.",
)


ALERTS: Final = AlertOptions()

_COLUMNS = [
    Column("kind", "about"),
    Column("urgent", "urgent", spare=2),
    Column("since", "since"),
    Column("ended", "over", spare=1),
    prose("says", "what is the matter"),
    prose("next_step", "what to do", spare=3),
    prose("told", "told", show=lambda each: ", ".join(one["receiver"] for one in each)),
]


@alerts.default
def list_(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", negative="", help="those that are over, too")
    ] = False,
    options: AlertOptions = ALERTS,
) -> None:
    """List what there is cause for now, since when, and who was told of it.

    It tells nobody: `kwartier serve` does after each round, and `kwartier alerts send` for those
    who run `kwartier sync` from a job.

    Example: kwartier alerts --config kwartier.toml

    Example: kwartier alerts --all --json
    """
    running = prepare(options)
    with open_store(running.store) as store:
        alerting = _alerting(running, store, options)
        known = alerting.keep(_standing(running, store))
    office = open_office(running.store)
    by_alert = _by_alert(told(office))
    rows = [_row(one, by_alert.get(one.alert_id, [])) for one in known if all_ or one.is_open]
    states = receiver_states(office)
    if options.json:
        print_json({"alerts": rows, "receivers": [_state(one) for one in states.values()]})
        return
    print_rows(_COLUMNS, rows, json=False, empty="Nothing needs a person.")
    for state in states.values():
        if state.error is not None:
            console().print(
                f"[yellow]{escape(_kind(state.receiver))} took nothing in "
                f"{counted(state.attempts, 'attempt')}[/]: {escape(state.error)}",
                highlight=False,
            )


@alerts.command(name="send")
def send(*, options: AlertOptions = ALERTS) -> int:
    """Judge what there is cause for, and tell whoever is to be told of it now.

    For those who run `kwartier sync` from a job: run this after it, and once an hour. Each cause is
    told once, again while it lasts, and once when it is over. Exit code 3: a receiver did not take
    it; it is told again by a later run.

    Example: kwartier alerts send --config kwartier.toml
    """
    running = prepare(options)
    with open_store(running.store) as store:
        alerting = _alerting(running, store, options)
        done = asyncio.run(alerting.round(_standing(running, store)))
    if options.json:
        print_json({"open": done.open, "receivers": [_delivery(one) for one in done.deliveries]})
    else:
        out = console()
        out.print(f"{counted(sum(done.open.values()), 'alert')} open.", highlight=False)
        for one in done.deliveries:
            out.print(_sentence(one), highlight=False)
        if not done.deliveries:
            out.print("Nobody is told: set mail_to in \\[alerts], or KWARTIER_ALERTS_WEBHOOK_URL.")
    return ASK_AGAIN if any(one.error for one in done.deliveries) else DONE


@alerts.command(name="test")
def try_(*, options: AlertOptions = ALERTS) -> int:
    """Send one message to each receiver, and say what became of it.

    Exit code 1: one of them did not take it.

    Example: kwartier alerts test --config kwartier.toml
    """
    running = prepare(options)
    receivers = receivers_of(running.configuration.alerts)
    if not receivers:
        raise ConfigurationError(
            "there is nobody to tell: set mail_to and mail_from in [alerts] of the configuration "
            "file, or KWARTIER_ALERTS_WEBHOOK_URL in the environment"
        )
    tried = asyncio.run(try_receivers(receivers, now=datetime.now(UTC)))
    rows = [
        {
            "receiver": receiver.kind,
            "taken": failure is None,
            "error": None if failure is None else failure.error,
        }
        for receiver, failure in tried
    ]
    if options.json:
        print_json(rows)
    else:
        for row in rows:
            end = "[green]taken[/]" if row["taken"] else f"[bold red]not taken[/]: {row['error']}"
            console().print(f"{row['receiver']}: {end}", highlight=False)
    return DONE if all(row["taken"] for row in rows) else NOT_TAKEN


def _alerting(running: Running, store: Store, options: AlertOptions) -> Alerting:
    everyone = [running.asked(name) for name in running.named(options.provider)]
    return alerting_of(running, store, everyone)


def _standing(running: Running, store: Store) -> Standing | None:
    try:
        return look_at(store, configured_clock(), running.configuration.arrival)
    except StoreBusyError as error:
        error_console().print(
            f"[yellow]What the store holds is not judged:[/] {escape(str(error))}", soft_wrap=True
        )
        return None


def _by_alert(every: Iterable[Told]) -> Mapping[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for one in every:
        found.setdefault(one.alert_id, []).append(one)
    return found


def _row(one: KnownAlert, heard: Sequence[Told]) -> dict[str, Any]:
    alert = one.alert
    return {
        "kind": alert.kind,
        "key": alert.key,
        "stage": alert.stage,
        "urgent": alert.is_urgent,
        "event": alert.is_event,
        "says": alert.says,
        "next_step": alert.next_step,
        "since": one.began_at,
        "ended": one.ended_at,
        "told": [
            {
                "receiver": _kind(each.receiver),
                "at": each.told_at,
                "told_that_over_at": each.ended_told_at,
            }
            for each in heard
        ],
    }


def _state(state: ReceiverState) -> dict[str, Any]:
    return {
        "receiver": _kind(state.receiver),
        "name": state.receiver,
        "took_at": state.took_at,
        "attempts_in_vain": state.attempts,
        "asked_again_at": state.due_at,
        "error": state.error,
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "receiver": one.kind,
        "name": one.receiver,
        "taken": one.taken,
        "failed": one.failed,
        "error": one.error,
    }


def _kind(receiver: str) -> str:
    """``mail`` or ``webhook``, of a receiver's name."""
    return receiver.partition(":")[0]


def _sentence(one: Delivery) -> str:
    if one.error is not None:
        return f"[yellow]{one.kind}: not taken[/], and told again later: {escape(one.error)}"
    return f"{one.kind}: {counted(one.taken, 'alert')} told."
