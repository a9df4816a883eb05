"""The certificate that signs in to the live service, its key, and the one that is to take over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from kwartier.certificates import (
    Certificate,
    Finding,
    key_finding,
    load_certificate,
    policy_findings,
    system_roots,
    validity_finding,
)
from kwartier.certificates.signing import SigningKeySource
from kwartier.doctor.configuration import Configuration, has_certificate
from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.errors import ConfigurationError
from kwartier.fluvius import Environment

TOPIC: Final = "certificate"
DAYS_TO_ACT: Final = 45
"""So many days before its end a certificate wants a successor: issuing one takes weeks."""

_PRODUCTION: Final = Environment.PRODUCTION.prefix
_STATES: Final = {True: State.GOOD, False: State.BAD, None: State.DOUBTFUL}


def examine_certificates(configuration: Configuration, *, now: datetime) -> list[Diagnosis]:
    """Judge what is configured for the live service (or, if it signs in so, for the sandbox).

    ``now`` is the real time, whatever an emulated clock says.
    """
    variables, prefix = configuration.variables, configuration.environment.prefix
    if not has_certificate(prefix, variables):
        prefix = _PRODUCTION
    if not has_certificate(prefix, variables):
        return [_nothing(configuration)]
    roots = [*system_roots(), *map(x509.load_der_x509_certificate, configuration.roots)]
    settings = _Settings(prefix, "", variables)
    present, found = _examine(settings, now, roots)
    following = _Settings(prefix, "NEXT_", variables)
    if following.path is not None:
        successor, of_successor = _examine(following, now, roots)
        found += of_successor
        if present is not None and successor is not None:
            found.append(_succession(present, successor))
    elif present is not None:
        found.append(_no_successor(present, following, now))
    return found


@dataclass(frozen=True, slots=True)
class _Settings:
    """Where a certificate and its key are named; ``which`` is ``NEXT_`` for the successor's."""

    prefix: str
    which: str
    variables: Mapping[str, str]

    @property
    def path_variable(self) -> str:
        return f"{self.prefix}_{self.which}CERTIFICATE_PATH"

    @property
    def key_variable(self) -> str:
        return f"{self.prefix}_{self.which}PRIVATE_KEY_PATH"

    @property
    def path(self) -> str | None:
        return self.variables.get(self.path_variable)

    @property
    def key(self) -> str | None:
        """The key, or where it is; a successor without one of its own has its predecessor's."""
        for which in dict.fromkeys((self.which, "")):
            for name in ("PRIVATE_KEY", "PRIVATE_KEY_PATH"):
                found = self.variables.get(f"{self.prefix}_{which}{name}")
                if found is not None:
                    return found
        return None

    def called(self, subject: str) -> str:
        return f"next: {subject}" if self.which else subject


def _nothing(configuration: Configuration) -> Diagnosis:
    advice = (
        f"set {_PRODUCTION}_CERTIFICATE_PATH and {_PRODUCTION}_PRIVATE_KEY_PATH; `kwartier doctor "
        "--onboarding` says how to come by a certificate"
    )
    if configuration.environment is Environment.SANDBOX:
        says = "none yet; the sandbox needs none, the live service will"
        return Diagnosis(TOPIC, "certificate", State.UNKNOWN, says, advice)
    return Diagnosis(TOPIC, "certificate", State.BAD, "none", advice)


def _examine(
    settings: _Settings, now: datetime, roots: Sequence[x509.Certificate]
) -> tuple[Certificate | None, list[Diagnosis]]:
    """The certificate, if it can be read, and what was found of it and its key."""
    if settings.path is None:
        says = "not here, only its thumbprint" if _thumbprint(settings) else "not here"
        state = State.DOUBTFUL if _thumbprint(settings) else State.BAD
        advice = f"name its file in {settings.path_variable}, to have it examined"
        return None, [Diagnosis(TOPIC, "certificate", state, says, advice)]
    try:
        certificate = load_certificate(Path(settings.path), called=settings.path_variable)
    except ConfigurationError as error:
        return None, [told(TOPIC, settings.path_variable, error)]
    findings = [
        *policy_findings(certificate, now=now, roots=roots),
        validity_finding(certificate, now=now),
    ]
    found = [_as_diagnosis(finding, settings) for finding in findings]
    return certificate, [*found, _key(settings, certificate), *_thumbprints(settings, certificate)]


def _as_diagnosis(finding: Finding, settings: _Settings) -> Diagnosis:
    subject = settings.called(finding.rule.value)
    state = _STATES[finding.is_kept]
    if settings.which and finding.says.startswith("not valid before"):
        state = State.GOOD  # its time has yet to come
        return Diagnosis(TOPIC, subject, state, finding.says)
    return Diagnosis(TOPIC, subject, state, finding.says, finding.advice)


def _key(settings: _Settings, certificate: Certificate) -> Diagnosis:
    if settings.key is None:
        advice = f"name its file in {settings.key_variable}"
        return Diagnosis(TOPIC, settings.called("private key"), State.BAD, "not set", advice)
    try:
        source = SigningKeySource(private_key=settings.key, thumbprint=certificate.sha256)
        return _as_diagnosis(key_finding(certificate, source.read().key), settings)
    except ConfigurationError as error:
        found = told(TOPIC, "private_key", error)
        return Diagnosis(TOPIC, settings.key_variable, found.state, found.says, found.advice)


def _thumbprint(settings: _Settings) -> str | None:
    return settings.variables.get(f"{settings.prefix}_CERTIFICATE_THUMBPRINT")


def _thumbprints(settings: _Settings, certificate: Certificate) -> Iterator[Diagnosis]:
    """A thumbprint that is set beside a certificate should be that certificate's."""
    given = _thumbprint(settings)
    if given is None or settings.which:
        return
    digits = "".join(each for each in given.upper() if each.isalnum())
    if digits not in (certificate.sha1, certificate.sha256):
        yield Diagnosis(
            TOPIC,
            f"{settings.prefix}_CERTIFICATE_THUMBPRINT",
            State.DOUBTFUL,
            "names another certificate than the file, and is not used",
            "correct it, or unset it: the file is enough",
        )


def _succession(present: Certificate, successor: Certificate) -> Diagnosis:
    subject = "one after the other"
    if successor.valid_until <= present.valid_until:
        advice = "request one that is valid for longer"
        says = "the next certificate does not outlast the present one"
        return Diagnosis(TOPIC, subject, State.BAD, says, advice)
    if successor.valid_from > present.valid_until:
        gap = f"{present.valid_until:%Y-%m-%d} to {successor.valid_from:%Y-%m-%d}"
        says = f"neither is valid from {gap}"
        advice = "request one that is valid before the present one ends"
        return Diagnosis(TOPIC, subject, State.BAD, says, advice)
    return Diagnosis(TOPIC, subject, State.GOOD, "the next takes over before the present one ends")


def _no_successor(present: Certificate, following: _Settings, now: datetime) -> Diagnosis:
    left = present.days_left(now)
    if left >= DAYS_TO_ACT:
        says = f"none yet; wanted from {DAYS_TO_ACT} days before the end on"
        return Diagnosis(TOPIC, "next certificate", State.GOOD, says)
    advice = (
        "request one now, hand it to Fluvius (which sends no reminder), and name it in "
        f"{following.path_variable}"
    )
    return Diagnosis(TOPIC, "next certificate", State.DOUBTFUL, "none in place", advice)
