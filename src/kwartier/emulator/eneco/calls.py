"""What Eneco DataShare is asked: usages and metadata, and in the sandbox consents."""

from __future__ import annotations

import msgspec

from kwartier.emulator.eneco.asked import Asked
from kwartier.emulator.eneco.happenings import happenings
from kwartier.emulator.eneco.usages import usages
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import CONSUMERS
from kwartier.emulator.requests import Query
from kwartier.wire.eneco import (
    Consumer,
    Consumers,
    ConsumersReply,
    Metadata,
    SetConsent,
    SetConsentReply,
)
from kwartier.wire.unreadable import UNREADABLE


async def get_usages(asked: Asked) -> bytes:
    """``GET {owner}/heat/usages``: an end in the future is refused."""
    data_owner_id = asked.check_route()
    query = Query(asked.request.scope["query_string"])
    end = query.instant("endDate", query.text("endDate"))
    query.rule(end is None or end <= asked.now, "Parameter 'endDate' must not be in the future.")
    if query.broken:
        raise asked.refusal(400, " ".join(query.broken))
    owner = asked.owner(data_owner_id)
    asked.check_contract(owner)
    world = asked.world
    happened = happenings(world.events_of_owner(owner.id), asked.now.timestamp())
    return usages(owner, world.seed, end, now=asked.now, happened=happened)


async def get_metadata(asked: Asked) -> bytes:
    """``GET {owner}/heat/metadata``: the delivery address."""
    owner = asked.owner(asked.check_route())
    asked.check_contract(owner)
    return msgspec.json.encode(Metadata(delivery_address=owner.address))


async def list_consumers(asked: Asked) -> bytes:
    """``GET demo/{owner}/heat/consumers``: all there are, and whether the owner consents."""
    _check_sandbox(asked)
    owner = asked.owner(asked.check_route())
    contracts = asked.world.contracts(asked.environment)
    consumers = [
        Consumer(
            name=each.name,
            consumer_id=each.id,
            is_consent=contracts.active(owner.id, each.id, asked.now) is not None,
        )
        for each in CONSUMERS.values()
    ]
    return msgspec.json.encode(ConsumersReply(data=Consumers(consumers=consumers)))


async def set_consent(asked: Asked) -> bytes:
    """``POST demo/{owner}/heat/setConsent``: the contract is there, or gone, whatever was."""
    _check_sandbox(asked)
    media_type = asked.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise asked.refusal(415, "The request body must be application/json.")
    data_owner_id = asked.check_route()
    try:
        wanted = msgspec.json.decode(await asked.request.body(), type=SetConsent)
    except UNREADABLE as error:
        raise asked.refusal(400, f"The request body cannot be read: {error}") from error
    if wanted.consumer_id not in CONSUMERS:
        raise asked.refusal(400, "consumerId: is not one of the consumers.")
    owner = asked.owner(data_owner_id)
    contracts = asked.world.contracts(asked.environment)
    if wanted.is_consent:
        contracts.grant(owner.id, wanted.consumer_id, asked.now)
    else:
        contracts.revoke(owner.id, wanted.consumer_id, asked.now)
    return msgspec.json.encode(SetConsentReply(data=wanted))


def _check_sandbox(asked: Asked) -> None:
    if asked.environment is not Environment.ACCEPTANCE:
        raise asked.refusal(400, "This call is there in the acceptance environment only.")
