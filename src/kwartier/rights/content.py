"""What a disclosure says beside its tables, as one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import msgspec

from kwartier.registry import KnownMandate
from kwartier.retention.decisions import BEGINNING, END
from kwartier.rights.account import Account
from kwartier.rights.erased import ErasedShare
from kwartier.rights.held import HeldSummary
from kwartier.rights.office import office_members
from kwartier.vocabulary.interval import Interval

FORMAT: Final = "kwartier-disclosure"
FORMAT_VERSION: Final = 1


def content_of(account: Account, held: Sequence[HeldSummary], made: datetime) -> dict[str, Any]:
    """The document's members; ``held`` sums the metering points up.

    Instants are UTC. README.txt in a disclosure says what each member is.
    """
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "made_at": made,
        "as_of": account.as_of,
        "period": _stretch(account.chosen),
        "customer": msgspec.to_builtins(account.customer),
        "references": [
            {
                "reference_number": one.reference_number,
                "provider": one.provider,
                "created_at": one.created_at,
            }
            for one in account.references
        ],
        "data_owners": [
            {
                "provider": one.provider,
                "data_owner": one.data_owner,
                "since": one.since,
                "created_at": one.created_at,
                "delivery_address": None if one.address is None else asdict(one.address),
                "address_fetched_at": one.address_fetched_at,
            }
            for one in account.data_owners
        ],
        "consents": [
            {
                "reference_number": one.reference_number,
                "purpose": one.purpose,
                "wording": one.wording,
                "channel": one.channel,
                "given_at": one.given_at,
                "withdrawn_at": one.withdrawn_at,
            }
            for one in account.consents
        ],
        "wordings": [
            {"version": one.version, "language": one.language, "text": one.text}
            for one in account.wordings
        ],
        "mandates": [mandate_members(one) for one in account.mandates],
        "history": [event.content for event in account.history],
        "metering_points": [
            {
                "metering_point": one.metering_point,
                "energy_type": one.energy_type,
                "periods": {
                    str(g): [_stretch(p) for p in parts] for g, parts in one.periods.items()
                },
                "held": one.rows,
            }
            for one in held
        ],
        "decisions": [
            {
                "kind": str(one.kind),
                "mandate_id": one.mandate_id,
                "decided_at": one.decided_at,
                "why": one.why,
                "start": one.start,
                "end": one.end,
            }
            for one in account.decisions
        ],
        "erased": [erased_members(one) for one in account.erased],
        "passed_on": {
            "receivers_of_changes": [
                {"receiver": one.name, "messages": one.told, "last_at": one.last_at}
                for one in account.receivers
            ],
            "published_datasets": len(account.publications),
        },
        **office_members(account.office),
    }


def mandate_members(one: KnownMandate) -> dict[str, Any]:
    """A mandate as JSON has it, without the provider's contract."""
    mandate = one.mandate
    return {
        "mandate_id": one.mandate_id,
        "provider": mandate.provider,
        "reference_number": mandate.reference_number,
        "status": mandate.status,
        "data_service_type": mandate.data_service_type,
        "metering_point": mandate.metering_point,
        "energy_type": mandate.energy_type,
        "granularities": sorted(map(str, mandate.granularities)),
        "period_start": mandate.period_start,
        "period_end": mandate.period_end,
        "expires_at": mandate.expires_at,
        "renewal_status": mandate.renewal_status,
        "first_seen_at": one.first_seen_at,
        "changed_at": one.changed_at,
        "missing_since": one.missing_since,
    }


def erased_members(share: ErasedShare) -> dict[str, Any]:
    """The customer's part of a receipt; without counts where others have a part in it."""
    receipt = share.receipt
    return {
        "receipt": receipt.number,
        "erased_at": receipt.erased_at,
        "reason": str(receipt.reason),
        "metering_point": share.metering_point,
        "energy_type": receipt.energy_type,
        "granularity": receipt.granularity,
        "bounds": [_stretch(part) for part in share.bounds],
        "values": receipt.values if share.is_whole else None,
        "revisions": receipt.revisions if share.is_whole else None,
        "hash": receipt.hash,
    }


def _stretch(part: Interval) -> dict[str, datetime | None]:
    """From when to when; null where an end is open."""
    return {
        "start": None if part.start == BEGINNING else part.start,
        "end": None if part.end == END else part.end,
    }
