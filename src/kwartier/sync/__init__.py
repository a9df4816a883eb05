"""Keeping a store up to date: planner (pure), sources (providers), runner."""

from kwartier.sync.fluvius_source import FluviusSource, to_mandate
from kwartier.sync.planner import plan
from kwartier.sync.policy import FetchPolicy, RunPolicy
from kwartier.sync.report import SyncReport
from kwartier.sync.runner import ProviderDownError, record_mandates, sync
from kwartier.sync.source import Answer, Listing, Source

__all__ = [
    "Answer",
    "FetchPolicy",
    "FluviusSource",
    "Listing",
    "ProviderDownError",
    "RunPolicy",
    "Source",
    "SyncReport",
    "plan",
    "record_mandates",
    "sync",
    "to_mandate",
]
