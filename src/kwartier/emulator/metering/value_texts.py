"""Values as text, each made once: few of them differ, and looking one up is ten times faster."""

from __future__ import annotations

from functools import cache

import numpy as np

from kwartier.emulator.metering.headpoints import Measurements
from kwartier.emulator.metering.noise import Ints
from kwartier.emulator.metering.registers import Register
from kwartier.emulator.metering.series import Series
from kwartier.vocabulary.quality import DEFINITIVE, PROVISIONAL

_REMEMBERED = 1 << 15

_ESTIMATED, _DEFINITIVE, _FLAGS = 1, 2, 2


class ValueTexts(dict[int, bytes]):
    """The text of a register's value and of what surrounds it in a slice, by a number: the
    value's thousandths, shifted to make room for two flags.
    """

    def __init__(
        self, register: Register, states: tuple[str, str], before: str, after: str
    ) -> None:
        super().__init__()
        self._register, self._states = register, states
        self._before, self._after = before, after

    def __missing__(self, key: int) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        state = self._states[bool(key & _ESTIMATED)]
        factor = ""
        if self._register.with_factor:
            letter = DEFINITIVE if key & _DEFINITIVE else PROVISIONAL
            factor = f',"gasConversionFactor":"{letter}"'
        text = self[key] = (
            f'{self._before}{{"value":{(key >> _FLAGS) / 1000!r},"unit":"{self._register.unit}",'
            f'"validationState":"{state}"{factor}}}{self._after}'
        ).encode()
        return text


def flags_of(series: Series) -> Ints:
    """What of the keys is the same for all registers of a slice."""
    return series.estimated * np.int64(_ESTIMATED) | series.definitive * np.int64(_DEFINITIVE)


def keys_of(values: Ints, flags: Ints) -> list[int]:
    """The keys of a register's values."""
    keys: list[int] = (values << _FLAGS | flags).tolist()
    return keys


@cache
def texts_of(measurements: Measurements, states: tuple[str, str]) -> tuple[ValueTexts, ...]:
    """One for each register, in order; joined, they make up a slice from its bounds on."""
    surroundings = [each for registers in measurements for each in _surroundings(registers)]
    texts = []
    for number, (register, before, after) in enumerate(surroundings):
        is_last = number == len(surroundings) - 1
        comma = "," if number and before.startswith("{") else ""
        texts.append(ValueTexts(register, states, comma + before, after + "]}" * is_last))
    return tuple(texts)


def _surroundings(registers: tuple[Register, ...]) -> list[tuple[Register, str, str]]:
    """Of each register of one measurement: what JSON stands before and after its value."""
    found = []
    for number, register in enumerate(registers):
        earlier = registers[number - 1] if number else None
        later = registers[number + 1] if number + 1 < len(registers) else None
        opens = earlier is None or earlier.direction != register.direction
        closes = later is None or later.direction != register.direction
        separator = "{" if earlier is None else ","
        before = f'{separator}"{register.direction}":{{' if opens else ","
        after = ("}" if closes else "") + ("}" if later is None else "")
        found.append((register, f'{before}"{register.name}":', after))
    return found
