"""Which part of a sync the operator wants, and the plan of it, told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Final

from cyclopts import Parameter
from rich.console import Console

from kwartier.cli.wording import check_point, counted
from kwartier.errors import InputError
from kwartier.sync import Focus
from kwartier.sync.why import why
from kwartier.vocabulary.fetch import Fetch, Reason
from kwartier.vocabulary.local_time import parse_instant

_FLAGS: Final = {"points": "--point", "start": "--from", "end": "--to"}


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FocusOptions:
    """What to fetch, if not all that is due."""

    point: Annotated[
        tuple[str, ...],
        Parameter(
            negative="", show_default=False, help="only this metering point; may be repeated"
        ),
    ] = ()
    from_: Annotated[
        str | None,
        Parameter(name="--from", help="only what was measured from this moment on, by read time"),
    ] = None
    to: Annotated[
        str | None, Parameter(help="only what was measured before this moment, by read time")
    ] = None
    force: Annotated[
        bool,
        Parameter(negative="", help="ask for it again even if it was answered before"),
    ] = False

    def focus(self) -> Focus:
        """The same for a sync; :class:`InputError` names the flag that is wrong."""
        with flags_named():
            return Focus(
                points=frozenset(check_point(point, "points") for point in self.point) or None,
                start=None if self.from_ is None else parse_instant(self.from_, "start"),
                end=None if self.to is None else parse_instant(self.to, "end"),
                force=self.force,
            )


FOCUS = FocusOptions()


@contextmanager
def flags_named() -> Iterator[None]:
    """Let an error about a focus speak of the flag that the user typed."""
    try:
        yield
    except InputError as error:
        if error.field not in _FLAGS:
            raise
        said = str(error).removeprefix(f"{error.field}: ")
        raise InputError(_FLAGS[error.field], said.replace("than start", "than --from")) from error


class Explained:
    """The planned fetches as they come: each told at once on ``out``, or kept for programs."""

    def __init__(self, out: Console | None) -> None:
        self._out = out
        self.fetches: list[dict[str, Any]] = []

    def __call__(self, fetch: Fetch) -> None:
        """Hear of a planned fetch."""
        if self._out is None:
            self.fetches.append(fetch_as_json(fetch))
        else:
            sentence = f"{fetch.metering_point}  {why(fetch)}"
            self._out.print(sentence, highlight=False, markup=False, soft_wrap=True)


def fetch_as_json(fetch: Fetch) -> dict[str, Any]:
    """A planned fetch for programs."""
    return {
        "metering_point": fetch.metering_point,
        "reason": fetch.reason.value,
        "kind": fetch.kind.value,
        "from": fetch.window.start,
        "to": fetch.window.end,
        "granularities": [str(granularity) for granularity in fetch.granularities],
        "why": why(fetch),
        "due": [
            {
                "reason": due.reason.value,
                "granularity": str(due.granularity),
                "from": due.interval.start,
                "to": due.interval.end,
                "times": due.times,
                "last": due.last,
            }
            for due in fetch.due
        ],
    }


def by_reason(reasons: Counter[Reason]) -> dict[str, int]:
    """How many requests each reason takes, those that take none left out."""
    return {reason.value: reasons[reason] for reason in Reason if reasons[reason]}


def requests(reasons: Counter[Reason]) -> str:
    """``3 requests (2 delta, 1 gap)``."""
    parts = ", ".join(f"{count} {reason}" for reason, count in by_reason(reasons).items())
    return counted(reasons.total(), "request") + (f" ({parts})" if parts else "")


def plan_as_json(fetches: Sequence[Fetch]) -> dict[str, Any]:
    """A plan that is not carried out, for programs."""
    return {
        "requests": len(fetches),
        "reasons": by_reason(Counter(fetch.reason for fetch in fetches)),
        "plan": [fetch_as_json(fetch) for fetch in fetches],
    }


def tell_plan(fetches: Sequence[Fetch], out: Console) -> None:
    """A plan that is not carried out, for people."""
    tell = Explained(out)
    for fetch in fetches:
        tell(fetch)
    points = len({fetch.metering_point for fetch in fetches})
    out.print(
        f"A sync would send {requests(Counter(fetch.reason for fetch in fetches))} for "
        f"{counted(points, 'metering point')}. Only the mandates were listed; nothing was fetched, "
        "and nothing in the store was changed.",
        highlight=False,
    )
