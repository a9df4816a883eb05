"""How the service goes about it, and who is told: all that it is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kwartier.analysis import ArrivalPolicy
from kwartier.events import Webhook
from kwartier.events.outbox import DeliveryPolicy
from kwartier.export import PublishPolicy
from kwartier.retention import RetentionPolicy
from kwartier.serve.schedule import Schedule
from kwartier.serve.settings import ServiceSettings
from kwartier.sync import FetchPolicy, PollPolicy, RunPolicy
from kwartier.vocabulary.centigrade import Centigrade


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """Who is told of changes of mandates."""

    file: Path | None = None
    webhook: Webhook | None = None
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)


@dataclass(frozen=True, kw_only=True)
class Policies:
    """How the service goes about it."""

    settings: ServiceSettings = field(default_factory=ServiceSettings)
    schedule: Schedule = field(default_factory=Schedule)
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    run: RunPolicy = field(default_factory=RunPolicy)
    poll: PollPolicy = field(default_factory=PollPolicy)
    arrival: ArrivalPolicy = field(default_factory=ArrivalPolicy)
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    publish: PublishPolicy = field(default_factory=PublishPolicy)
    centigrade: Centigrade | None = None
