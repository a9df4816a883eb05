"""The emulator's own authority: what it issues is verified as browsers and clients would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography.x509 import DNSName, IPAddress
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from kwartier.certificates import Certificate
from kwartier.emulator.entra.authority import Authority, authority, provider
from support.certificates import ec_key

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOSTS = ["metering.example", "localhost", "127.0.0.1", "::1"]


def verify(certificate: Certificate, by: Authority, host: str, at: datetime) -> None:
    is_name = host.replace(".", "").isalpha()
    name = DNSName(host) if is_name else IPAddress(ip_address(host))
    builder = PolicyBuilder().store(Store([by.root])).time(at)
    builder.build_server_verifier(name).verify(certificate.parsed, [])


def test_a_server_certificate_holds_for_its_hosts_only() -> None:
    own = Authority(now=NOW)
    issued = own.server_certificate(ec_key().public_key(), HOSTS, now=NOW)
    for host in HOSTS:
        for at in (NOW - timedelta(minutes=59), NOW, NOW + timedelta(days=397)):
            verify(issued, own, host, at)
    for host, at in (("other.example", NOW), ("10.0.0.1", NOW), ("::1", NOW + timedelta(398))):
        with pytest.raises(VerificationError):
            verify(issued, own, host, at)


def test_no_two_authorities_vouch_for_each_other() -> None:
    issued = Authority(now=NOW).server_certificate(ec_key().public_key(), HOSTS, now=NOW)
    with pytest.raises(VerificationError):
        verify(issued, Authority(now=NOW), "localhost", NOW)


def test_a_process_has_one_authority_and_one_provider() -> None:
    assert authority() is authority()
    assert provider()[0].sha1 == provider()[0].sha1
    assert "PRIVATE" not in repr(provider()[0])
