"""Keeping a store up to date: planner (pure), sources (providers), polling, runner."""

from kwartier.registry import Listing
from kwartier.sync.eneco_source import EnecoSource
from kwartier.sync.fluvius_source import FluviusSource, to_mandate
from kwartier.sync.focus import Focus
from kwartier.sync.planner import plan
from kwartier.sync.planning import Intended, Planning, plan_only
from kwartier.sync.policy import FetchPolicy, PollPolicy, RunPolicy
from kwartier.sync.polling import poll_mandates
from kwartier.sync.report import SyncReport
from kwartier.sync.retention import Enforced, Review, enforce, finish, review
from kwartier.sync.runner import ProviderDownError, sync
from kwartier.sync.source import Answer, Source

__all__ = [
    "Answer",
    "EnecoSource",
    "Enforced",
    "FetchPolicy",
    "FluviusSource",
    "Focus",
    "Intended",
    "Listing",
    "Planning",
    "PollPolicy",
    "ProviderDownError",
    "Review",
    "RunPolicy",
    "Source",
    "SyncReport",
    "enforce",
    "finish",
    "plan",
    "plan_only",
    "poll_mandates",
    "review",
    "sync",
    "to_mandate",
]
