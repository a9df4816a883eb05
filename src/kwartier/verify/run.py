"""Trying cases one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kwartier.errors import KwartierError
from kwartier.verify.case import CannotTry, Case, Otherwise, Result, Verdict
from kwartier.verify.lab import Lab


def run_cases(cases: Iterable[Case], lab: Lab) -> Iterator[Result]:
    """Try each case in turn. None keeps the next from being tried."""
    for case in cases:
        lab.line.asked.clear()
        verdict, seen = _try(case, lab)
        yield Result(
            case=case,
            verdict=verdict,
            seen=lab.line.redact(seen),
            requests=tuple(lab.line.asked),
        )


def _try(case: Case, lab: Lab) -> tuple[Verdict, str]:
    try:
        seen = case.probe(lab)
    except Otherwise as other:
        seen = str(other)
    except (CannotTry, KwartierError) as error:
        return Verdict.UNTRIED, str(error)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        seen = f"a reply of another shape ({type(error).__name__})"
    return (Verdict.SAME if seen == case.expected else Verdict.DIFFERS), seen
