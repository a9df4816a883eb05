"""Short URLs: the sessions that send a customer to Mijn Fluvius to give consent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec

from kwartier.emulator.rules import SHORT_URL_LIVES
from kwartier.wire.fluvius_v3 import ClientSessionRequest


class ShortUrl(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One session: what was asked, under which identifier, until when.

    ``confirmations`` name the requests that were completed in it, ``eans`` what these were for.
    """

    identifier: str
    valid_to: datetime
    request: ClientSessionRequest
    confirmations: list[str] = []
    eans: list[str] = []


class ShortUrlRegister:
    """All short URLs of one environment, by identifier; ``seed`` sets them apart from others'."""

    def __init__(self, seed: str, short_urls: Iterable[ShortUrl] = ()) -> None:
        self._seed = seed
        self._held = {short_url.identifier: short_url for short_url in short_urls}

    def create(self, request: ClientSessionRequest, now: datetime) -> ShortUrl:
        """A new one, valid for a day; its 64 hex digits follow from the world and the count."""
        text = f"{self._seed}/{len(self._held)}/{request.reference_number}"
        short_url = ShortUrl(
            identifier=hashlib.sha256(text.encode()).hexdigest(),
            valid_to=now + SHORT_URL_LIVES,
            request=request,
        )
        self._held[short_url.identifier] = short_url
        return short_url

    def get(self, identifier: str) -> ShortUrl | None:
        return self._held.get(identifier)

    def put(self, short_url: ShortUrl) -> None:
        self._held[short_url.identifier] = short_url

    def all(self) -> list[ShortUrl]:
        return list(self._held.values())
