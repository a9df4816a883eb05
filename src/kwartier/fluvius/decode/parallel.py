"""The same place of many texts, read at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_INSTANT: Final = np.frombuffer(b"0000-00-00T00:00:00Z", np.uint8)
_HIGHEST: Final = np.array([9 if chr(byte) == "0" else 0 for byte in _INSTANT], np.uint8)
_TENS: Final = np.array([0, 2, 5, 8, 11, 14, 17])
_LONGEST_NUMBER: Final = 15
"""A float holds so many digits exactly; dividing by an exact power of ten then rounds but once."""
_POWERS_OF_TEN: Final = np.array([float(10**power) for power in range(_LONGEST_NUMBER + 1)])
_LONGEST_WORD: Final = 16


class ParallelReader:
    """Stands at a place in each of many stretches of ``text`` and moves on as it reads.

    ``valid`` says which stretches have been as expected so far; what is read of the others means
    nothing. The stretches are taken to be JSON.
    """

    def __init__(self, text: bytes, at: Ints) -> None:
        self._text = text
        self.at = at.copy()
        self.valid: Flags = np.ones(len(at), bool)

    def literal(self, expected: bytes) -> None:
        """Exactly this text."""
        if len(expected) > len(self._text):
            self.valid[:] = False
            return
        self.valid &= self._ahead(len(expected)) == np.void(expected)
        self.at += len(expected)

    def instant(self) -> npt.NDArray[np.datetime64]:
        """``YYYY-MM-DDTHH:MM:SSZ``, in microseconds. Other ways of writing it are not valid."""
        digits = self._bytes_ahead(len(_INSTANT)) - _INSTANT
        self.valid &= _all(digits <= _HIGHEST)
        tens, ones = digits[:, _TENS].T.astype(np.int64), digits[:, _TENS + 1].T
        century, year, month, day, hour, minute, second = tens * 10 + ones
        year += century * 100
        months = ((year - 1970) * 12 + month - 1).astype("M8[M]")
        days = months.astype("M8[D]") + (day - 1).astype("m8[D]")
        self.valid &= (year > 0) & (month > 0) & (month <= 12) & (days.astype("M8[M]") == months)
        self.valid &= (day > 0) & (hour < 24) & (minute < 60) & (second < 60)
        self.at += len(_INSTANT)
        seconds = (hour * 60 + minute) * 60 + second
        instant: npt.NDArray[np.datetime64] = days.astype("M8[us]") + seconds.astype("m8[s]")
        return instant

    def number(self) -> npt.NDArray[np.float64]:
        """A decimal number without exponent. One too long to be exact is not valid."""
        ahead = self._bytes_ahead(_LONGEST_NUMBER + 1)
        count = len(ahead)
        mantissa, decimals = np.zeros(count, np.int64), np.zeros(count, np.int64)
        going, past_point = np.ones(count, bool), np.zeros(count, bool)
        is_negative = ahead[:, 0] == ord("-")
        for place in range(_LONGEST_NUMBER + 1):
            byte = ahead[:, place]
            digit = byte - np.uint8(ord("0"))
            is_digit, is_point = digit < 10, byte == ord(".")
            going &= is_digit | is_point | (is_negative if place == 0 else False)
            if not going.any():
                break
            is_digit &= going
            mantissa = np.where(is_digit, mantissa * 10 + digit, mantissa)
            decimals += is_digit & past_point
            past_point |= is_point
            self.at += going
        self.valid &= ~going
        amount: npt.NDArray[np.float64] = mantissa / _POWERS_OF_TEN[decimals]
        return np.where(is_negative, -amount, amount)

    def word(self) -> npt.NDArray[np.bytes_]:
        """A short text up to, and without, its closing quote, which is left to be read next.

        Of one that is too long or holds an escape, no quote comes next.
        """
        ahead = self._bytes_ahead(_LONGEST_WORD + 1)
        length = ((ahead == ord('"')) | (ahead == ord("\\"))).argmax(axis=1)
        ahead *= np.arange(ahead.shape[1]) < length[:, np.newaxis]
        self.at += length
        return ahead.view(f"S{ahead.shape[1]}")[:, 0]

    def _bytes_ahead(self, width: int) -> Bytes:
        return self._ahead(width).view(np.uint8).reshape(-1, width)

    def _ahead(self, width: int) -> npt.NDArray[np.void]:
        """The next ``width`` bytes of each stretch."""
        begins = len(self._text) - width + 1
        overlapping = np.ndarray((begins,), f"V{width}", self._text, 0, (1,))
        ahead: npt.NDArray[np.void] = overlapping[np.minimum(self.at, begins - 1)]
        return ahead


def _all(flags: Flags) -> Flags:
    """Whether all flags of a row are set (numpy's own ``all`` is slow on short rows)."""
    width = flags.shape[1]
    all_of: Flags = flags.view(f"V{width}")[:, 0] == np.void(b"\1" * width)
    return all_of
