"""All settings: one dataclass a table of the file, each where its settings are used."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, get_type_hints

from kwartier.alerts.settings import AlertSettings
from kwartier.analysis import ArrivalPolicy
from kwartier.api.settings import ApiSettings
from kwartier.connect.settings import ConnectSettings
from kwartier.eneco.timestamps import HourLabel, Timestamps
from kwartier.events.outbox import DeliveryPolicy
from kwartier.export import PublishPolicy
from kwartier.retention import RetentionPolicy
from kwartier.serve.schedule import Schedule
from kwartier.serve.settings import ServiceSettings
from kwartier.sync import FetchPolicy, PollPolicy, RunPolicy
from kwartier.transport import RetryPolicy
from kwartier.transport.client import DEFAULT_REQUESTS_PER_SECOND, DEFAULT_TIMEOUT
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.provider import ProviderName
from kwartier.vocabulary.setting import Setting
from kwartier.web.settings import WebSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the data is kept. --store and KWARTIER_STORE go before this."""

    path: Annotated[Path, Setting(about="one file; other commands must name the same")] = Path(
        "kwartier.duckdb"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """Whom to ask: Fluvius, Eneco, or both. Secrets never stand in this file: they are environment
    variables (FLUVIUS_...; for Eneco ENECO_... and, of its consents, FIAM_...), or lines NAME=value
    of a file that is named here. --provider, --sandbox and --env-file go before this.
    """

    names: Annotated[
        tuple[ProviderName, ...],
        Setting(
            about="whom `kwartier serve` asks; `kwartier sync` does, too, if it is one, and must "
            "be told whom otherwise"
        ),
    ] = (ProviderName.FLUVIUS,)
    sandbox: Annotated[
        bool,
        Setting(
            about="ask Fluvius' sandbox, and Eneco's acceptance environment, instead of the live "
            "services"
        ),
    ] = False
    env_file: Annotated[
        Path | None, Setting(about="a file of NAME=value lines, which only the service may read")
    ] = None
    requests_per_second: Annotated[
        int,
        Setting(about="at most so many of each, of all kinds together", at_least=1, at_most=1000),
    ] = DEFAULT_REQUESTS_PER_SECOND
    timeout: Annotated[
        float, Setting(about="seconds that one whole reply may take", at_least=1, at_most=600)
    ] = DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class EnecoSettings:
    """What Eneco's documents leave open. Ask Eneco; the defaults are our reading."""

    zone: Annotated[str, Setting(about="the IANA time zone of timestamps that carry no offset")] = (
        "UTC"
    )
    labels: Annotated[
        HourLabel, Setting(about="whether a timestamp names the start or the end of its hour")
    ] = HourLabel.START
    centigrade: Annotated[
        Centigrade,
        Setting(
            about="what the unit Centigrade of heat and cooling is: GJ lets it be added up; "
            "KWARTIER_CENTIGRADE goes before this"
        ),
    ] = Centigrade.UNKNOWN

    def __post_init__(self) -> None:
        self.timestamps()

    def timestamps(self) -> Timestamps:
        """How a reply's timestamps are read; InputError if there is no such zone."""
        return Timestamps(zone=self.zone, labels=self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSettings:
    """Changes of mandates as lines of JSON. (Signed webhooks are told the same if
    KWARTIER_WEBHOOK_URL and KWARTIER_WEBHOOK_SECRET are set: addresses may hold keys, too.)
    """

    file: Annotated[Path | None, Setting(about="each change is added to this file as one line")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All settings. A field is a table of the file; its dataclass documents itself there."""

    store: StoreSettings = field(default_factory=StoreSettings)
    provider: ProviderSettings = field(default_factory=ProviderSettings)
    eneco: EnecoSettings = field(default_factory=EnecoSettings)
    service: ServiceSettings = field(default_factory=ServiceSettings)
    schedule: Schedule = field(default_factory=Schedule)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    poll: PollPolicy = field(default_factory=PollPolicy)
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    run: RunPolicy = field(default_factory=RunPolicy)
    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    publish: PublishPolicy = field(default_factory=PublishPolicy)
    events: EventSettings = field(default_factory=EventSettings)
    webhooks: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    web: WebSettings = field(default_factory=WebSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    connect: ConnectSettings = field(default_factory=ConnectSettings)


ABOUT = {
    "service": "`kwartier serve`: its port, its logs, and what it does when a provider is down.",
    "schedule": "When `kwartier serve` does what.",
    "retry": "A request that fails is repeated where that is harmless.",
    "poll": "How mandates are listed.",
    "fetch": "What is asked for.",
    "run": "How a sync goes about it.",
    "arrival": "When values should be there. Habits seen, nobody's promises.",
    "retention": "What is erased without asking, and when a person is asked first.",
    "publish": "The published dataset: Parquet files for others to read instead of the store.",
    "webhooks": "How webhooks are delivered.",
}
"""What stands above a table; where nothing is said here, its dataclass' own words do."""


def sections() -> dict[str, type]:
    """The tables of the file by name, in order."""
    hints = get_type_hints(Configuration)
    return {one.name: hints[one.name] for one in fields(Configuration)}
