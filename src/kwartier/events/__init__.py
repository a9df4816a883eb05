"""Telling others of mandates' changes: JSON lines and signed webhooks, from the ledger.

The ledger is the outbox. Whoever is told (a *sink*: a file, standard output, an address) hears
every entry from the ledger's first on, until it has taken it; what it has taken is kept in the
store. So a crash loses nothing, and the same entry may come twice, under the same ``id``.
"""

from kwartier.events.event_file import append_events
from kwartier.events.message import Event, events_of
from kwartier.events.outbox import Deliveries, deliver
from kwartier.events.telling import tell
from kwartier.events.webhook import Webhook, WebhookSecret

__all__ = [
    "Deliveries",
    "Event",
    "Webhook",
    "WebhookSecret",
    "append_events",
    "deliver",
    "events_of",
    "tell",
]
