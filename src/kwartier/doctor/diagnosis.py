"""One thing looked at, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a thing stands."""

    GOOD = "good"
    DOUBTFUL = "look at this"
    BAD = "wrong"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of ``subject``, and what to do. It never holds a secret.

    ``topic`` groups: configuration, network, sign-in, API, certificate, store; of Eneco also
    contracts, and each begins with its name.
    """

    topic: str
    subject: str
    state: State
    says: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "topic": self.topic,
            "subject": self.subject,
            "state": self.state.value,
            "says": self.says,
            "advice": self.advice or None,
        }


def told(topic: str, subject: str, error: Exception, *, advice: str = "") -> Diagnosis:
    """What an error says: one of ours reads ``name: what is wrong; what to do``.

    ``advice`` is what to do where the error does not tell.
    """
    says = str(error).removeprefix(f"{subject}: ")
    wrong, _, remedy = says.partition("; ")
    return Diagnosis(topic, subject, State.BAD, wrong, remedy or advice)
