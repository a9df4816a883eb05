"""The certificate that signs in to KPN FIAM: its whole chain, its dates, its key and its party."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from kwartier.certificates import (
    Certificate,
    key_finding,
    load_certificate,
    validity_finding,
)
from kwartier.certificates.signing import SigningKeySource
from kwartier.certificates.trust import is_self_signed, issued_by
from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.doctor.eneco_settings import EnecoConfiguration
from kwartier.eneco.credentials import look_up
from kwartier.errors import ConfigurationError

TOPIC: Final = "Eneco: certificate"
TIME_TO_ACT: Final = timedelta(days=45)
"""So long before its end a certificate wants a successor: issuing one takes weeks."""

_CHAIN: Final = "chain"
_ONE_AFTER_THE_OTHER: Final = (
    "put ours first, then its issuer's, and so on up to the root, as the authority supplied them"
)
_RENEW: Final = "request one, register it with KPN FIAM, and name it in {variable}"


def examine_eneco_certificate(
    configuration: EnecoConfiguration, *, now: datetime
) -> list[Diagnosis]:
    """Judge the certificate and its key; nothing where a consumer token serves, or none is set.

    ``now`` is the real time, whatever an emulated clock says.
    """
    path = configuration.setting("certificate_path")
    if configuration.setting("consumer_token") is not None or path is None:
        return []
    variable, _ = look_up("certificate_path", configuration.environment, configuration.variables)
    try:
        certificate = load_certificate(Path(path), called=variable)
    except ConfigurationError as error:
        return [told(TOPIC, variable, error)]
    return [
        _chain(certificate),
        *_validity(certificate, variable, now),
        *_key(certificate, configuration),
        *_party(certificate, configuration),
    ]


def _chain(certificate: Certificate) -> Diagnosis:
    """Whether each is signed by the one after it, from ours up to a root."""
    all_of_it = (certificate.parsed, *certificate.chain)
    if _is_authority(certificate.parsed):
        return _broken("an authority's own certificate comes first", _ONE_AFTER_THE_OTHER)
    if is_self_signed(certificate.parsed):
        says = "self-signed"
        return _broken(says, "request a seal certificate (eSeal) from a certificate authority")
    for each, following in pairwise(all_of_it):
        if not issued_by(each, following):
            said = f"{_named(each)} is not signed by the one after it, {_named(following)}"
            return _broken(said, _ONE_AFTER_THE_OTHER)
    if not is_self_signed(all_of_it[-1]):
        said = f"it ends at {_named(all_of_it[-1])}, which is no root"
        return _broken(said, _ONE_AFTER_THE_OTHER)
    says = f"ours first, and {len(all_of_it)} in all, up to the root {_named(all_of_it[-1])}"
    return Diagnosis(TOPIC, _CHAIN, State.GOOD, says)


def _broken(says: str, advice: str) -> Diagnosis:
    return Diagnosis(TOPIC, _CHAIN, State.BAD, says, advice)


def _validity(certificate: Certificate, variable: str, now: datetime) -> Iterator[Diagnosis]:
    advice = _RENEW.format(variable=variable)
    finding = validity_finding(certificate, now=now)
    if not finding.is_kept:
        is_early = now < certificate.valid_from
        remedy = "check this machine's clock" if is_early else advice
        yield Diagnosis(TOPIC, finding.rule.value, State.BAD, finding.says, remedy)
    elif certificate.valid_until - now < TIME_TO_ACT:
        yield Diagnosis(TOPIC, finding.rule.value, State.DOUBTFUL, finding.says, advice)
    else:
        yield Diagnosis(TOPIC, finding.rule.value, State.GOOD, finding.says)
    for issuer in certificate.chain:
        if not Certificate(issuer).is_valid(now):
            says = f"{_named(issuer)} is not valid now"
            remedy = "ask the authority for its present certificates, and put those in the file"
            yield Diagnosis(TOPIC, "issuers", State.BAD, says, remedy)


def _key(certificate: Certificate, configuration: EnecoConfiguration) -> Iterator[Diagnosis]:
    variable, key = look_up("private_key", configuration.environment, configuration.variables)
    if key is None:
        return  # told with the settings
    source = SigningKeySource(private_key=key, thumbprint=certificate.sha256)
    try:
        finding = key_finding(certificate, source.read().key)
    except ConfigurationError as error:
        found = told(TOPIC, "private_key", error)
        yield Diagnosis(TOPIC, variable, found.state, found.says, found.advice)
        return
    state = State.GOOD if finding.is_kept else State.BAD
    yield Diagnosis(TOPIC, finding.rule.value, state, finding.says, finding.advice)


def _party(certificate: Certificate, configuration: EnecoConfiguration) -> Iterator[Diagnosis]:
    """Our reading: the subject's serial number is the party identifier that it was issued for."""
    variable, party = look_up("client_id", configuration.environment, configuration.variables)
    serials = certificate.parsed.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if party is None or not serials:
        return
    named = str(serials[0].value)
    if named == party:
        yield Diagnosis(TOPIC, "party", State.GOOD, f"issued for {party}")
        return
    says = f"issued for {named}, not for {party}"
    advice = f"check {variable}, and that the file is of this party"
    yield Diagnosis(TOPIC, "party", State.DOUBTFUL, says, advice)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return found.value.ca


def _named(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
