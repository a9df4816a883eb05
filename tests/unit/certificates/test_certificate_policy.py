"""Fluvius' policy for certificates: what keeps it, and each way to break it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA384, SHA512
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.certificates import Certificate, Rule, policy_findings, validity_finding
from kwartier.emulator.entra.authority import authority as emulator_authority
from kwartier.emulator.entra.authority import provider
from support.certificates import DV, NOW, Request, authority, ec_key, rsa_key

ROOT = authority()
DAY = timedelta(days=1)


def broken(certificate: Certificate) -> list[Rule]:
    found = policy_findings(certificate, now=NOW)
    assert [each.rule for each in found] == list(Rule)[: len(found)]
    assert all(each.advice for each in found if each.is_kept is False)
    return [each.rule for each in found if each.is_kept is False]


def test_a_good_certificate_breaks_nothing() -> None:
    assert broken(Request().issue(ROOT)) == []
    assert broken(Request(digest=SHA512()).issue(ROOT)) == []


def test_what_the_emulators_authority_issues_keeps_the_policy() -> None:
    certificate, _ = provider()
    now, roots = datetime.now(UTC), [emulator_authority().root]
    found = policy_findings(certificate, now=now, roots=roots)
    assert [each.is_kept for each in found] == [True] * 8
    assert validity_finding(certificate, now=now).is_kept


@pytest.mark.parametrize(
    ("request_", "rules"),
    [
        (Request(key=ec_key()), [Rule.RSA_KEY]),
        (Request(key=rsa_key(1, 1024)), [Rule.RSA_KEY]),
        (Request(digest=SHA384()), [Rule.SIGNATURE]),
        (Request(policies=[DV]), [Rule.ORGANISATION]),
        (Request(organisation=None), [Rule.ORGANISATION]),
        (Request(organisation=None, policies=[]), [Rule.ORGANISATION]),
        (Request(policies=[]), []),
        (Request(usage="key_encipherment"), [Rule.DIGITAL_SIGNATURE]),
        (Request(usage=None), [Rule.DIGITAL_SIGNATURE]),
        (Request(extended_usage=[ExtendedKeyUsageOID.CLIENT_AUTH]), [Rule.SERVER_AUTHENTICATION]),
        (Request(extended_usage=[]), [Rule.SERVER_AUTHENTICATION]),
        (Request(extended_usage=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), []),
        (Request(lifetime=timedelta(days=398, seconds=1)), [Rule.LIFETIME]),
        (Request(is_authority=True), [Rule.AUTHORITY]),
        (Request(usage=None, lifetime=400 * DAY), [Rule.DIGITAL_SIGNATURE, Rule.LIFETIME]),
    ],
)
def test_each_broken_rule_is_found_and_no_other(request_: Request, rules: list[Rule]) -> None:
    assert broken(request_.issue(ROOT)) == rules


def test_a_self_signed_certificate_is_never_accepted() -> None:
    assert broken(Request().issue(None)) == [Rule.AUTHORITY]


def test_a_signature_by_another_kind_of_key_is_not_rsa() -> None:
    by_ec = type(ROOT)(ROOT.certificate, ec_key())
    assert broken(Request().issue(by_ec)) == [Rule.SIGNATURE]


def chain_kept(certificate: Certificate, *roots: Certificate) -> bool | None:
    held = [each.parsed for each in roots]
    return policy_findings(certificate, now=NOW, roots=held)[1].is_kept


def test_a_path_is_followed_over_intermediates_to_a_recognised_root() -> None:
    below = authority("Test Intermediate", by=ROOT, number=91)
    root = Certificate(ROOT.certificate)
    whole = Request().issue(below, below.certificate)
    assert chain_kept(whole, root) is True
    assert chain_kept(whole) is None, "no root is known"
    assert chain_kept(Request().issue(below), root) is None, "the intermediate is missing"
    assert chain_kept(whole, Certificate(authority("Other", number=92).certificate)) is None


def test_an_issuer_in_the_file_that_did_not_sign_breaks_the_path() -> None:
    impostor = authority("Test Root", number=92)
    certificate = Request().issue(impostor, ROOT.certificate)
    assert chain_kept(certificate, Certificate(ROOT.certificate)) is False


def test_the_path_of_an_expired_certificate_is_judged_as_it_was() -> None:
    old = Request(begins=NOW - 2 * DAY, lifetime=DAY).issue(ROOT)
    assert chain_kept(old, Certificate(ROOT.certificate)) is True
    assert broken(old) == [], "validity is judged apart"


@given(offset=st.integers(-800 * 86400, 800 * 86400))
@settings(deadline=None, max_examples=50)
def test_validity_days_left_and_finding_agree(offset: int) -> None:
    certificate = Request(begins=NOW, lifetime=398 * DAY).issue(ROOT)
    now = NOW + timedelta(seconds=offset)
    finding = validity_finding(certificate, now=now)
    assert finding.is_kept == certificate.is_valid(now) == (0 <= offset <= 398 * 86400)
    assert (certificate.days_left(now) < 0) == (now > certificate.valid_until)
    assert finding.is_kept or finding.advice
