"""Reading certificates and keys: every form that is handed out, and what is refused."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest

from kwartier.certificates import (
    Rule,
    belong_together,
    key_finding,
    load_certificate,
    read_private_key,
    system_roots,
)
from kwartier.errors import ConfigurationError
from support.certificates import Request, authority, ec_key, pem, rsa_key

ROOT = authority()
ISSUED = Request().issue(ROOT, ROOT.certificate)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.cer", ISSUED.der), ("a.crt", ISSUED.pem), ("a.pem", b"subject=x\n" + ISSUED.pem)],
)
def test_der_and_pem_are_told_apart_by_their_content(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = load_certificate(path)
    assert (found.sha1, found.sha256) == (ISSUED.sha1, ISSUED.sha256)
    assert len(found.chain) == (0 if name == "a.cer" else 1)
    assert found.organisation == "Example Services"


def test_thumbprints_are_those_of_the_der_bytes() -> None:
    body = base64.b64decode(ISSUED.pem.split(b"-----")[2])
    assert body == ISSUED.der
    assert (len(ISSUED.sha1), len(ISSUED.sha256)) == (40, 64)


def test_what_is_no_certificate_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^SETTING: .*cannot be read"):
        load_certificate(tmp_path / "none.pem", called="SETTING")
    for content in (b"", b"junk", pem(rsa_key()).encode(), ISSUED.pem[:200]):
        (tmp_path / "bad.pem").write_bytes(content)
        with pytest.raises(ConfigurationError, match=r"^SETTING: .*no certificate"):
            load_certificate(tmp_path / "bad.pem", called="SETTING")


def test_keys_are_read_in_both_forms() -> None:
    for traditional in (False, True):
        text = pem(rsa_key(), traditional=traditional)
        assert belong_together(ISSUED, read_private_key(text.encode(), called="key"))


def test_an_encrypted_key_is_refused_with_the_remedy() -> None:
    for traditional in (False, True):
        locked = pem(rsa_key(), b"secret", traditional=traditional).encode()
        with pytest.raises(ConfigurationError, match=r"^KEY: .*encrypted.*openssl"):
            read_private_key(locked, called="KEY")


@pytest.mark.parametrize("content", [b"", b"SECRET", b"-----BEGIN PRIVATE KEY-----\nSECRET\n"])
def test_what_is_no_key_is_never_shown(content: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"^KEY: no private key") as caught:
        read_private_key(content, called="KEY")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_that_is_not_rsa_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not RSA"):
        read_private_key(pem(ec_key()).encode(), called="KEY")


def test_a_key_of_another_certificate_is_found() -> None:
    other = rsa_key(7)
    assert key_finding(ISSUED, rsa_key()).is_kept
    found = key_finding(ISSUED, other)
    assert (found.rule, found.is_kept) == (Rule.MATCHING_KEY, False)
    assert not belong_together(Request(key=ec_key()).issue(ROOT), other)


def test_the_machines_own_authorities_can_be_read() -> None:
    folder = Path(ssl.get_default_verify_paths().capath or "/none")
    held = ssl.create_default_context().cert_store_stats()["x509_ca"]
    assert bool(system_roots()) == bool(held or list(folder.glob("*.pem")))
    assert all(each.subject.rfc4514_string() for each in system_roots())
