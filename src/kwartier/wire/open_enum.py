"""An enumeration that keeps values it does not know."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A vocabulary that the provider may extend.

    A value in another casing is read as the documented one; an unknown value is kept as a
    member-like string of the same type, so that one new word never rejects a whole response.
    ``is_known`` tells the two apart.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        for member in cls:
            if member.value.lower() == value.lower():
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether the provider's documentation names this value."""
        return self._name_ in type(self).__members__
