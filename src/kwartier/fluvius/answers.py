"""What the windows of a span were answered, put together again."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

from msgspec import structs

from kwartier.fluvius.energy_response import R
from kwartier.fluvius.errors import NotFoundError
from kwartier.fluvius.replies import is_no_mandate
from kwartier.transport import Operation, Reply
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as wire

T = TypeVar("T")
Metered = TypeVar("Metered", wire.Headpoint, wire.PhysicalMeter, wire.SubHeadpoint, v2.Meter)
Slices = TypeVar("Slices", wire.Slice, v2.Slice)

_ARRAYS: Final = ("daily_energy", "hourly_energy", "quarter_hourly_energy")
_Bounds = set[tuple[datetime, datetime]]
_Series = tuple[str | None, ...]


class NoMandate:
    """The answer of a window that no approved mandate opens."""

    def __init__(self, error: NotFoundError) -> None:
        self.error = error


def or_no_mandate(operation: Operation[T]) -> Operation[T | NoMandate]:
    """The same, with a 404 for want of a mandate being an answer like any other."""

    def read(reply: Reply) -> T | NoMandate:
        try:
            return operation.read(reply)
        except NotFoundError as error:
            if not is_no_mandate(error):
                raise
            return NoMandate(error)

    return Operation(operation.call, read)


class Answers:
    """Passes over windows without a mandate, unless that is all of them."""

    def __init__(self) -> None:
        self._none: NotFoundError | None = None
        self._some = False

    def accept(self, answer: T | NoMandate) -> T | None:
        """The answer, or None for a window to pass over."""
        if isinstance(answer, NoMandate):
            self._none = answer.error
            return None
        self._some = True
        return answer

    def finish(self) -> None:
        """Raise NotFoundError if no window had a mandate."""
        if self._none is not None and not self._some:
            raise self._none


class OncePerSlice:
    """Drops slices that the same response, or the one before, holds already.

    Within a response the last one counts; of two responses the first.
    """

    def __init__(self) -> None:
        self._before: dict[_Series, _Bounds] = {}
        self._now: dict[_Series, _Bounds] = {}

    def of(self, response: R) -> R:
        """The response without them; an array that they leave empty is None."""
        data = response.data
        if isinstance(data, v2.Energy):
            return structs.replace(response, data=self._of_meters(data))
        if data.headpoint is None:
            return response
        headpoint = self._of_headpoint(data.headpoint)
        return structs.replace(response, data=wire.Energy(headpoint=headpoint))

    def _of_headpoint(self, headpoint: wire.Headpoint) -> wire.Headpoint:
        self._before, self._now = self._now, {}
        meters, parts = headpoint.physical_meters, headpoint.sub_headpoints
        return structs.replace(
            self._cleared(headpoint, ()),
            physical_meters=meters
            and [self._cleared(one, ("meter", one.meter_id, one.seq_number)) for one in meters],
            sub_headpoints=parts
            and [self._cleared(one, ("part", one.type_, one.ean, one.seq_number)) for one in parts],
        )

    def _of_meters(self, data: v2.Energy) -> v2.Energy:
        self._before, self._now = self._now, {}
        lists = {
            name: [
                self._cleared(one, (name, one.meter_id, str(one.seq_number)))
                for one in getattr(data, name)
            ]
            for name in ("electricity_meters", "gas_meters")
        }
        return structs.replace(data, **lists)

    def _cleared(self, metered: Metered, name: _Series) -> Metered:
        arrays = {array: self._new(getattr(metered, array), (array, *name)) for array in _ARRAYS}
        return structs.replace(metered, **arrays)

    def _new(self, slices: list[Slices] | None, series: _Series) -> list[Slices] | None:
        by_bounds = {(one.start, one.end): one for one in slices or ()}
        self._now[series] = set(by_bounds)
        before = self._before.get(series, set())
        return [one for bounds, one in by_bounds.items() if bounds not in before] or None
