"""The unattended form of a sync: a service that keeps a store up to date for years."""

from kwartier.serve.alone import ServedAlreadyError, alone_on
from kwartier.serve.clock import ServiceClock
from kwartier.serve.logs import say, set_up_logs
from kwartier.serve.metrics import Metrics
from kwartier.serve.observed import WatchedRetries
from kwartier.serve.policies import Policies, Receivers
from kwartier.serve.readiness import Readiness
from kwartier.serve.schedule import Schedule
from kwartier.serve.service import Service
from kwartier.serve.settings import LogFormat, LogLevel, ServiceSettings
from kwartier.serve.supervisor import supervised
from kwartier.serve.web import create_app, listen, serving

__all__ = [
    "LogFormat",
    "LogLevel",
    "Metrics",
    "Policies",
    "Readiness",
    "Receivers",
    "Schedule",
    "ServedAlreadyError",
    "Service",
    "ServiceClock",
    "ServiceSettings",
    "WatchedRetries",
    "alone_on",
    "create_app",
    "listen",
    "say",
    "serving",
    "set_up_logs",
    "supervised",
]
