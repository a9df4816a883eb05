"""The way from an organisation to its customers' data, ticked as far as can be seen from here.

Source: Fluvius' page for energy service providers and its presentation of the API.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kwartier.doctor import certificates, configuration, services
from kwartier.doctor.diagnosis import Diagnosis, State
from kwartier.doctor.stores import Progress


class Tick(StrEnum):
    """How far a step is."""

    DONE = "done"
    OPEN = "open"
    UNSEEN = "cannot be seen from here"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``because`` says what was seen."""

    title: str
    details: str
    tick: Tick
    because: str = ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "title": self.title,
            "details": self.details,
            "tick": self.tick.value,
            "because": self.because or None,
        }


_ISSUED: Final = ("SUBSCRIPTION_KEY", "CLIENT_ID", "TENANT_ID", "SCOPE")


def checklist(
    sandbox: Sequence[Diagnosis], production: Sequence[Diagnosis], progress: Progress
) -> list[Step]:
    """The steps in order, from what was found of both environments and of the store."""
    both = [*sandbox, *production]
    contract = _is_good(both, configuration.TOPIC, "DATA_ACCESS_CONTRACT_NUMBER")
    issued = all(_is_good(both, configuration.TOPIC, name) for name in _ISSUED)
    return [
        _unseen(
            "Sign in to Mijn Fluvius as an organisation",
            "With eID or itsme, by somebody who may act for it: by office (KBO), or let in by one "
            "of its administrators.",
        ),
        _unseen(
            "Become known as an energy service provider",
            "On Fluvius' page for energy service providers, or by changing the organisation's "
            "capacity in Mijn Fluvius.",
        ),
        _seen(
            "Conclude a data access contract",
            "Choose the API (with Mijn Fluvius) as channel, sign what Fluvius sends, send it back. "
            "Fluvius may charge for it.",
            contract,
            "its number is configured",
        ),
        _certificate(production),
        _seen(
            "Hand the certificate to Fluvius",
            "As .cer, .crt or .pem on the SharePoint for providers, which opens once the contract "
            "is approved; before the onboarding is booked.",
            _is_good(production, services.SIGN_IN, "token"),
            "Microsoft Entra ID knows it",
        ),
        _seen(
            "Book the onboarding and receive credentials",
            "For the live API and for the sandbox: application, tenant, scope, subscription key, "
            "and the sandbox's client secret. The API's pages open then too: "
            "apihub.fluvius.be/esco-live/swagger and /esco-sbx/swagger.",
            issued,
            "they are configured",
        ),
        _seen(
            "Sign in to the sandbox",
            "kwartier doctor --sandbox",
            _lets_in(sandbox),
            "it lets us in",
        ),
        _unseen(
            "Try everything in the sandbox",
            "Mock mandates, their data, and what is refused: kwartier mock-mandate, kwartier sync, "
            "kwartier verify.",
        ),
        _seen(
            "Sign in to the live service",
            "kwartier doctor --production",
            _lets_in(production),
            "it lets us in",
        ),
        _seen(
            "Send a first customer to Mijn Fluvius",
            "kwartier link; its address lives for 24 hours, and the consent usually for three "
            "years.",
            progress.has_consent,
            "the store knows an approved mandate",
        ),
        _seen(
            "Fetch their data",
            "kwartier sync, from then on every day.",
            progress.has_values,
            "the store holds values",
        ),
        _renewal(production),
    ]


def _certificate(production: Sequence[Diagnosis]) -> Step:
    found = [one for one in production if one.topic == certificates.TOPIC]
    wrong = [f"{one.subject}: {one.says}" for one in found if one.state is State.BAD]
    title = "Obtain a certificate"
    details = (
        "Organisation validated (OV), from a recognised authority, which will look into the "
        "organisation; RSA with SHA-256 or SHA-512, for digital signatures and server "
        "authentication, valid for 398 days at most. Never self-signed."
    )
    if wrong:
        return Step(title, details, Tick.OPEN, "; ".join(wrong))
    is_there = len(found) > 1
    return _seen(title, details, is_there, "it breaks no rule that can be seen")


def _renewal(production: Sequence[Diagnosis]) -> Step:
    titles = {"one after the other", "next certificate"}
    found = [one for one in production if one.subject in titles]
    is_fine = bool(found) and all(one.state is State.GOOD for one in found)
    return _seen(
        "Renew the certificate in time",
        "Fluvius sends no reminder. The next one may overlap the present one; name it in "
        "FLUVIUS_NEXT_CERTIFICATE_PATH.",
        is_fine,
        "; ".join(one.says for one in found),
    )


def _seen(title: str, details: str, is_done: bool, because: str) -> Step:
    return Step(title, details, Tick.DONE if is_done else Tick.OPEN, because if is_done else "")


def _unseen(title: str, details: str) -> Step:
    return Step(title, details, Tick.UNSEEN)


def _is_good(found: Iterable[Diagnosis], topic: str, ending: str) -> bool:
    return any(
        one.topic == topic and one.subject.endswith(ending) and one.state is State.GOOD
        for one in found
    )


def _lets_in(found: Sequence[Diagnosis]) -> bool:
    return _is_good(found, services.API, "scope")
