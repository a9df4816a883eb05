"""One claim about the API, and what trying it showed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kwartier.verify.lab import Lab

OPENAPI: Final = "Fluvius ESCO API v3, OpenAPI"
DECK: Final = "Fluvius ESCO API, presentation for providers"
ENTRA: Final = "Microsoft Entra ID"
GATEWAY: Final = "Azure API Management"
CLIENTS: Final = "what public clients send"


class Kind(StrEnum):
    """What a claim rests on."""

    DOCUMENTED = "documented"
    OUR_READING = "our reading"


class Verdict(StrEnum):
    """What trying a claim showed."""

    SAME = "same"
    DIFFERS = "differs"
    UNTRIED = "could not be tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim: ``probe`` sends requests and says what it saw, in the words of ``expected``.

    ``source`` says where a documented claim stands; our readings have none.
    """

    name: str
    kind: Kind
    claim: str
    expected: str
    probe: Callable[[Lab], str]
    source: str = ""

    def described(self) -> dict[str, str | None]:
        """The claim in words, for JSON."""
        return {
            "name": self.name,
            "claim": self.claim,
            "kind": self.kind.value,
            "source": self.source or None,
            "expected": self.expected,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A case that was tried. ``requests``: what was sent and answered, a line each, redacted.

    ``seen`` is what was seen, or why the case could not be tried.
    """

    case: Case
    verdict: Verdict
    seen: str
    requests: tuple[str, ...] = ()


class CannotTry(Exception):  # noqa: N818 - an outcome, not an error of the suite's
    """What the case builds on could not be had; the message says what."""


class Otherwise(Exception):  # noqa: N818 - an outcome, not an error of the suite's
    """Something was seen that leaves nothing to describe; the message says what."""


def documented(
    name: str, claim: str, expected: str, probe: Callable[[Lab], str], *, source: str = OPENAPI
) -> Case:
    """A claim that stands in ``source``."""
    return Case(
        name=name,
        kind=Kind.DOCUMENTED,
        claim=claim,
        expected=expected,
        probe=probe,
        source=source,
    )


def reading(name: str, claim: str, expected: str, probe: Callable[[Lab], str]) -> Case:
    """A claim that stands nowhere: what the emulator does was our choice."""
    return Case(name=name, kind=Kind.OUR_READING, claim=claim, expected=expected, probe=probe)
