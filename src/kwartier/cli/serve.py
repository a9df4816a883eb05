"""``kwartier serve``: the unattended form of a sync."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier import __version__
from kwartier.certificates import load_certificate
from kwartier.cli.alerting import alerting_of, certificates_of
from kwartier.cli.centigrade import declared_in
from kwartier.cli.configured import Running, ServedOptions, prepare
from kwartier.cli.running import run_async, stopped_by_signals
from kwartier.cli.sources import Asked
from kwartier.cli.telling import TELL, TellOptions, webhook_for
from kwartier.cli.website import Website, website, website_served
from kwartier.errors import ConfigurationError, KwartierError
from kwartier.serve import (
    LogFormat,
    Metrics,
    Policies,
    Readiness,
    Receivers,
    Service,
    ServiceClock,
    WatchedRetries,
    alone_on,
    create_app,
    listen,
    say,
    serving,
    set_up_logs,
    supervised,
)
from kwartier.settings import environment
from kwartier.store import open_store
from kwartier.store.port import Store

DONE, FAILED = 0, 1


def serve(
    *,
    host: Annotated[
        str | None, Parameter(help="where /metrics, /health and /ready are served")
    ] = None,
    port: Annotated[int | None, Parameter(help="their port; 0 takes a free one")] = None,
    log_format: Annotated[
        LogFormat | None, Parameter(help="auto is text on a terminal, else JSON")
    ] = None,
    web: Annotated[
        bool | None,
        Parameter(help="serve the pages for colleagues, customers and programs too, as [web] says"),
    ] = None,
    telling: TellOptions = TELL,
    options: ServedOptions = ServedOptions(),  # noqa: B008 - frozen
) -> int:
    """Keep the store up to date until SIGTERM or Ctrl-C: poll mandates, sync every day.

    All is set in one file (`kwartier config init` writes it), options go before it. What a
    customer consents to is fetched after the next poll. When a provider is down it says so once,
    tries again after pauses that grow, and makes up for what it missed; another one goes on.
    /metrics is for Prometheus, /health says that the process lives, /ready whether it does its work
    and why not. Logs go to standard error. One service runs on a store; other commands may be used
    meanwhile.

    Example: kwartier serve --config kwartier.toml

    Example: kwartier serve --provider fluvius --provider eneco
    """
    running = prepare(options)
    settings = running.configuration.service
    settings = replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        log_format=log_format or settings.log_format,
    )
    everyone = [running.asked(name) for name in running.named(options.provider)]
    for asked in everyone:
        asked.check()
    receivers = _receivers(running, telling)
    set_up_logs(sys.stderr, settings.log_format, settings.log_level)
    policies = _policies(running, settings=settings)
    try:
        with alone_on(running.store):
            run_async(_serve(running, policies, receivers, everyone, with_pages=web))
    except KwartierError as error:
        say(logging.ERROR, "ended", error=str(error))
        return FAILED
    except Exception:
        logging.getLogger("kwartier.serve").exception("crashed", extra={"fields": {}})
        raise
    return DONE


async def _serve(
    running: Running,
    policies: Policies,
    receivers: Receivers,
    everyone: Sequence[Asked],
    *,
    with_pages: bool | None,
) -> None:
    metrics, clock = Metrics(), ServiceClock()
    store = open_store(running.store, create=True)
    # The next round is soon: nothing waits here for a receiver that failed.
    alerting = alerting_of(running, store, everyone, patience=timedelta())
    listener = listen(policies.settings.host, policies.settings.port)
    async with AsyncExitStack() as open_sources:
        sources = []
        for asked in everyone:
            metrics.watch_certificates(asked.provider, _remaining(asked))
            source = asked.source(store, **_watched(running, asked.provider, metrics))
            seed = f"{asked.seed} {running.store.absolute()}"
            sources.append((await open_sources.enter_async_context(source), seed))
        service = Service(
            store=store,
            path=running.store,
            sources=sources,
            clock=clock,
            policies=policies,
            receivers=receivers,
            metrics=metrics,
            alerting=alerting,
        )
        site = _site(running, store, everyone, service, is_wanted=with_pages)
        within = policies.settings.ready_within
        readiness = Readiness(store, service.contacts, clock, within=within)
        with stopped_by_signals() as stop:
            async with serving(create_app(metrics, readiness), listener), _served(site):
                where = listener.getsockname()
                say(
                    logging.INFO,
                    "serving",
                    version=__version__,
                    host=where[0],
                    port=where[1],
                    store=str(running.store),
                    providers={each.provider: each.environment.value for each in everyone},
                )
                async with supervised(environment()):
                    await service.run(stop)
        say(logging.INFO, "stopped")


def _site(
    running: Running,
    store: Store,
    everyone: Sequence[Asked],
    service: Service,
    *,
    is_wanted: bool | None,
) -> Website | None:
    """The pages for people, unless neither the option nor the file wants them."""
    web = running.configuration.web
    if not (web.enabled if is_wanted is None else is_wanted):
        return None
    return website(
        running.configuration,
        web,
        store=store,
        path=running.store,
        certificates=certificates_of(everyone),
        ask_soon=service.ask_soon,
    )


@asynccontextmanager
async def _served(site: Website | None) -> AsyncIterator[None]:
    if site is None:
        yield
        return
    async with website_served(site) as address:
        say(logging.INFO, "pages", address=address)
        yield


def _watched(running: Running, provider: str, metrics: Metrics) -> dict[str, Any]:
    """The settings of a provider's client, whose retries are counted."""
    made = running.client_settings()
    retry = {one.name: getattr(made["retry"], one.name) for one in fields(made["retry"])}
    watch = partial(metrics.note_retry, provider)
    return made | {"retry": WatchedRetries(**retry, watch=watch)}


def _policies(running: Running, **given: Any) -> Policies:
    configuration = running.configuration
    return Policies(
        schedule=configuration.schedule,
        fetch=configuration.fetch,
        run=configuration.run,
        poll=configuration.poll,
        arrival=configuration.arrival,
        retention=configuration.retention,
        publish=configuration.publish,
        centigrade=declared_in(configuration.eneco.centigrade),
        **given,
    )


def _receivers(running: Running, telling: TellOptions) -> Receivers:
    told = running.telling(telling)
    return Receivers(
        file=Path(told.events) if told.events else None,
        webhook=webhook_for(told.webhook) if told.webhook else None,
        policy=running.configuration.webhooks,
    )


def _remaining(asked: Asked) -> dict[str, Callable[[], float]]:
    """How many seconds the certificates that are files last, each time it is asked."""
    return {name: _seconds_left(path) for name, path in asked.certificates().items()}


def _seconds_left(path: Path) -> Callable[[], float]:
    def left() -> float:
        try:
            certificate = load_certificate(path)
        except ConfigurationError:
            return float("nan")
        return (certificate.valid_until - datetime.now(UTC)).total_seconds()

    return left
