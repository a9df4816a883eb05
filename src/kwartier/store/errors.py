"""The store's failures."""

from __future__ import annotations

from kwartier.errors import KwartierError


class StoreError(KwartierError):
    """The store cannot do what was asked; nothing was half-written."""


class StoreBusyError(StoreError):
    """Another process holds the store; the message says who and since when."""


class StoreVersionError(StoreError):
    """The file was written by a newer kwartier, or is not a store at all."""
