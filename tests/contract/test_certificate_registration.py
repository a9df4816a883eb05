"""Certificates handed in to the emulator: registered, replaced, refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kwartier.certificates import Certificate, load_certificate, read_private_key
from kwartier.emulator.thread import EmulatorThread
from support.assertions import claims, header, signed
from support.certificates import DV, NOW, Request, authority, pem, rsa_key
from support.emulators import FreshEmulator
from support.esco import Answer, send
from support.sign_in import check_refusal, present, register

ROOT = authority()

DAY = timedelta(days=1)

OTHER = rsa_key(7)


def listed(emulator: EmulatorThread) -> list[str]:
    held = send(f"{emulator.url}/_emulator/certificates").json["certificates"]
    return [each["thumbprint"] for each in held]


def sign_in(emulator: EmulatorThread, by: Certificate, key: RSAPrivateKey) -> Answer:
    return present(emulator.env, signed(key, header(by), claims(emulator.env)))


def test_one_certificate_replaces_another_without_a_gap(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    first = load_certificate(Path(emulator.env["FLUVIUS_CERTIFICATE_PATH"]))
    assert listed(emulator) == [first.sha1] == [emulator.env["FLUVIUS_CERTIFICATE_THUMBPRINT"]]
    path = Path(emulator.env["FLUVIUS_PRIVATE_KEY_PATH"])
    first_key = read_private_key(path.read_bytes(), called="key")

    new = Request(key=OTHER).issue(ROOT)
    assert sign_in(emulator, new, OTHER).status == 401
    told = register(emulator, new.der)
    assert (told.status, told.json["thumbprint"]) == (200, new.sha1)
    assert register(emulator, new.pem).status == 200, "again does no harm"
    assert listed(emulator) == [first.sha1, new.sha1]
    assert sign_in(emulator, first, first_key).status == 200
    assert sign_in(emulator, new, OTHER).status == 200

    url = f"{emulator.url}/_emulator/certificates/{first.sha1.lower()}"
    assert send(url, "DELETE").status == 204
    assert send(url, "DELETE").status == 404
    assert listed(emulator) == [new.sha1]
    check_refusal(sign_in(emulator, first, first_key), 700027)
    assert sign_in(emulator, new, OTHER).status == 200


def test_the_policy_is_enforced_where_a_certificate_is_registered(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    before = listed(emulator)
    bad = Request(policies=[DV], usage=None, lifetime=400 * DAY).issue(None)
    answer = register(emulator, bad.pem)
    assert answer.status == 400
    assert [each["rule"] for each in answer.json["brokenRules"]] == [
        "issued by an authority",
        "organisation validated",
        "fit for digital signatures",
        "at most 398 days",
    ]
    assert all(each["found"] and each["advice"] for each in answer.json["brokenRules"])
    assert "self-signed" in answer.json["error"]
    for content in (b"", b"junk", pem(rsa_key()).encode()):
        assert register(emulator, content).status == 400
    assert listed(emulator) == before


def test_a_registered_certificate_outside_its_time_signs_nobody_in(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    for begins, told in ((NOW - 9 * DAY, "expired"), (NOW + 9 * DAY, "not valid yet")):
        certificate = Request(key=OTHER, begins=begins, lifetime=DAY).issue(ROOT)
        assert register(emulator, certificate.pem).status == 200
        answer = sign_in(emulator, certificate, OTHER)
        check_refusal(answer, 700027)
        assert f"The key used is {told}" in answer.json["error_description"]
