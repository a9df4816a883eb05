"""Changes of what the state file holds: kept whole, or not made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

KeptT = TypeVar("KeptT")


class Keeping(ABC, Generic[KeptT]):
    """Something that is what a ``KeptT`` says, which the state file holds.

    ``keep``, if given, is called after every change; a change that it fails for has not happened.
    """

    def __init__(self, kept: KeptT, keep: Callable[[], None] | None) -> None:
        self._keep = keep
        self.take(kept)

    @abstractmethod
    def kept(self) -> KeptT:
        """All of it, as the state file holds it."""

    @abstractmethod
    def take(self, kept: KeptT) -> None:
        """Become what ``kept`` holds."""

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """A change within is kept whole, or has not happened."""
        before = self.kept()
        try:
            yield
            if self._keep is not None:
                self._keep()
        except BaseException:
            self.take(before)
            raise
