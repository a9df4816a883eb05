"""``kwartier doctor`` of Eneco and KPN FIAM: one broken thing at a time, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kwartier.certificates import Certificate, load_certificate
from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import CONSUMERS, OURSELVES
from kwartier.emulator.thread import EmulatorThread
from kwartier.registry.customers import CustomerChange
from kwartier.store import open_store
from kwartier.vocabulary.provider import FLUVIUS
from support.certificates import NOW, Request, authority, pem, rsa_key
from support.doctor import Doctor
from support.emulators import FROZEN_AT
from support.proxy import Passing, proxy_to

DAY = timedelta(days=1)
PRODUCTION, ACCEPTANCE = "--production", "--sandbox"
OWNER, OTHER = (each.id for each in data_owners(Environment.ACCEPTANCE)[:2])
ELSEWHERE = next(each for each in CONSUMERS.values() if each is not OURSELVES)


@pytest.fixture(scope="module")
def emulator(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """One of these tests alone: what is counted here are all the contracts there are."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def doctor(
    emulator: EmulatorThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Doctor]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KWARTIER_PROVIDER", "eneco")
    yield Doctor(dict(emulator.env), tmp_path, monkeypatch, capsys)
    contracts = emulator.world.contracts(Environment.ACCEPTANCE)
    for one in contracts.all():
        contracts.remove(one.id)


def grant(emulator: EmulatorThread, owner: str, consumer: str = OURSELVES.id) -> None:
    emulator.world.contracts(Environment.ACCEPTANCE).grant(owner, consumer, FROZEN_AT)


def sign_in_with(doctor: Doctor, certificate: Certificate) -> None:
    """Let FIAM be signed in to with a certificate of the first test key."""
    doctor.certificate(certificate, "NEXT_")  # the files are written; Fluvius is not asked
    doctor.set(
        FIAM_CERTIFICATE_PATH=doctor.folder / "NEXT_certificate.pem",
        FIAM_PRIVATE_KEY_PATH=doctor.folder / "NEXT_key.pem",
    )


@pytest.mark.parametrize("environment", [ACCEPTANCE, PRODUCTION])
def test_nothing_is_wrong_with_the_emulators_own_environment(
    doctor: Doctor, environment: str
) -> None:
    found = doctor.told(environment, code=0)
    assert {one["state"] for one in found.values()} == {"good", "not known"}
    assert found["token"]["says"].startswith("granted for")
    assert found["API key"]["says"] == "accepted"
    assert found["about us"]["says"] == "none: nobody consents yet"
    assert "kwartier link CUSTOMER" in found["about us"]["advice"]
    assert found["usages"]["state"] == "not known"
    assert "up to the root" in found["chain"]["says"]
    assert found["valid now"]["says"].endswith("days left")
    assert found["party"]["says"] == f"issued for {OURSELVES.id}"


def test_contracts_are_counted_and_whose_they_are(doctor: Doctor, emulator: EmulatorThread) -> None:
    for owner in (OWNER, OTHER):
        grant(emulator, owner)
    found = doctor.told(ACCEPTANCE, code=0)
    assert found["list"]["says"] == "complete: 2"
    assert found["about us"]["says"] == "data owners who let us see their usages: 2"
    assert found["customers"]["says"] == "data owners who are nobody's: 2"
    assert "kwartier customers add ID --data-owner UUID" in found["customers"]["advice"]
    assert "channels" in found["usages"]["says"]
    with open_store("kwartier.duckdb", create=True) as store:
        changes = [CustomerChange(customer_id="c-1", data_owner=owner) for owner in (OWNER, OTHER)]
        store.change_customers(changes, provider=FLUVIUS, now=FROZEN_AT)
    found = doctor.told(ACCEPTANCE, code=0)
    assert found["customers"]["says"] == "each data owner is a customer's"
    assert OWNER not in doctor.last


def test_without_a_name_both_providers_are_looked_at_if_eneco_is_configured(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor.set(KWARTIER_PROVIDER=None)
    topics = {one["topic"] for one in json.loads(doctor(ACCEPTANCE, "--json", code=0))["checks"]}
    assert {"network", "Eneco: network", "Eneco: contracts", "store"} <= topics
    for name in doctor.env:
        if name.startswith(("ENECO_", "FIAM_")):
            monkeypatch.delenv(name)
    said = json.loads(doctor(ACCEPTANCE, "--json", code=0))
    assert not [one for one in said["checks"] if one["topic"].startswith("Eneco")]
    assert said["environment"] == "sandbox"
    assert "is of Fluvius alone" in doctor("--onboarding", "--provider", "eneco", code=2)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENECO_ACCEPTANCE_API_KEY", None, "not set: set it (Eneco issues one"),
        ("ENECO_ACCEPTANCE_API_KEY", "your-api-key", "still a placeholder"),
        ("FIAM_CLIENT_ID", "your-party", "still a placeholder"),
        ("FIAM_CERTIFICATE_PATH", "nowhere.pem", "cannot be read"),
        ("ENECO_CA_FILE", "nowhere.pem", "cannot be read"),
        ("ENECO_ACCEPTANCE_BASE_URL", "eneco", "must be an address"),
        ("KWARTIER_CLOCK", "noon", "is no clock"),
    ],
)
def test_a_setting_that_is_missing_or_cannot_be_meant(
    doctor: Doctor, name: str, value: str | None, says: str
) -> None:
    doctor.set(**{name: value})
    wrong = doctor.bad(ACCEPTANCE)
    assert set(wrong) == {name}
    assert says in wrong[name]


def test_fiams_settings_are_each_named_when_they_are_missing(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CERTIFICATE_PATH", "PRIVATE_KEY_PATH"):
        monkeypatch.delenv(f"FIAM_{name}")
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {"FIAM_CLIENT_ID", "FIAM_CERTIFICATE_PATH", "FIAM_PRIVATE_KEY"}


def test_acceptance_without_fiams_address_needs_it_or_a_token(doctor: Doctor) -> None:
    doctor.set(FIAM_ACCEPTANCE_BASE_URL=None)
    wrong = doctor.bad(ACCEPTANCE)
    assert set(wrong) == {"FIAM_ACCEPTANCE_BASE_URL"}
    assert "no public address" in wrong["FIAM_ACCEPTANCE_BASE_URL"]
    assert "ENECO_ACCEPTANCE_CONSUMER_TOKEN" in wrong["FIAM_ACCEPTANCE_BASE_URL"]
    doctor.set(ENECO_ACCEPTANCE_CONSUMER_TOKEN="somebodys-token")
    found = doctor.told(ACCEPTANCE, code=0)
    assert found["ENECO_ACCEPTANCE_CONSUMER_TOKEN"]["state"] == "look at this"
    assert found["API key"]["says"] == "accepted"
    assert "list" not in found
    with open_store("kwartier.duckdb", create=True) as store:
        change = CustomerChange(customer_id="c-1", data_owner=OWNER)
        store.change_customers([change], provider=FLUVIUS, now=FROZEN_AT)
    refused = doctor.told(ACCEPTANCE, code=0)["usages"]
    assert (refused["state"], "403" in refused["says"]) == ("look at this", True)
    assert "somebodys-token" not in doctor.last


def test_keys_addresses_and_parties_that_are_refused(doctor: Doctor) -> None:
    env = doctor.env
    doctor.set(ENECO_ACCEPTANCE_API_KEY=env["ENECO_API_KEY"])
    wrong = doctor.bad(ACCEPTANCE)
    assert set(wrong) == {"API key"}
    assert "check ENECO_ACCEPTANCE_API_KEY" in wrong["API key"]
    assert env["ENECO_API_KEY"] not in doctor.last
    doctor.set(ENECO_ACCEPTANCE_API_KEY=env["ENECO_ACCEPTANCE_API_KEY"])

    doctor.set(ENECO_ACCEPTANCE_BASE_URL=env["ENECO_ACCEPTANCE_BASE_URL"] + "/more")
    assert set(doctor.bad(ACCEPTANCE)) == {"address"}
    doctor.set(ENECO_ACCEPTANCE_BASE_URL="http://127.0.0.1:1/eneco-acc")
    doctor.set(FIAM_ACCEPTANCE_BASE_URL="http://127.0.0.1:1/fiam-acc")
    assert set(doctor.bad(ACCEPTANCE)) == {"Eneco's API", "KPN FIAM"}

    doctor.set(ENECO_ACCEPTANCE_BASE_URL=env["ENECO_ACCEPTANCE_BASE_URL"])
    doctor.set(FIAM_ACCEPTANCE_BASE_URL=env["FIAM_ACCEPTANCE_BASE_URL"])
    doctor.set(FIAM_CLIENT_ID=ELSEWHERE.id)
    found = doctor.told(ACCEPTANCE, code=1)
    assert found["token"]["state"] == "wrong"
    assert found["party"]["state"] == "look at this"
    assert f"issued for {OURSELVES.id}, not for {ELSEWHERE.id}" in found["party"]["says"]


def test_a_contract_that_eneco_does_not_see(doctor: Doctor, emulator: EmulatorThread) -> None:
    """KPN FIAM of acceptance lists it; Eneco of production does not know of it."""
    grant(emulator, OWNER)
    doctor.set(
        ENECO_ACCEPTANCE_BASE_URL=doctor.env["ENECO_BASE_URL"],
        ENECO_ACCEPTANCE_API_KEY=doctor.env["ENECO_API_KEY"],
    )
    wrong = doctor.bad(ACCEPTANCE)
    assert set(wrong) == {"usages"}
    assert "of one environment" in wrong["usages"]


def test_a_chain_that_is_broken_short_or_upside_down(doctor: Doctor) -> None:
    whole = load_certificate(Path(doctor.env["FIAM_CERTIFICATE_PATH"]))
    (root,) = whole.chain
    stranger = authority("Another Root", number=91).certificate
    path = doctor.folder / "chain.pem"
    doctor.set(FIAM_CERTIFICATE_PATH=path)
    for certificate, says in (
        (Certificate(whole.parsed), "which is no root"),
        (Certificate(whole.parsed, (stranger,)), "is not signed by the one after it"),
        (Certificate(root, (whole.parsed,)), "an authority's own certificate comes first"),
        (Request().issue(None), "self-signed"),
    ):
        path.write_bytes(certificate.pem)
        assert says in doctor.bad(PRODUCTION)["chain"]


def test_a_certificate_that_has_expired_ends_soon_or_has_another_key(doctor: Doctor) -> None:
    root = authority()
    old = Request(begins=NOW - 300 * DAY, lifetime=290 * DAY).issue(root, root.certificate)
    sign_in_with(doctor, old)
    wrong = doctor.bad(PRODUCTION)
    assert "expired" in wrong["valid now"]
    assert "register it with KPN FIAM" in wrong["valid now"]
    sign_in_with(doctor, Request(begins=NOW - 370 * DAY).issue(root, root.certificate))
    soon = doctor.told(PRODUCTION, code=1)["valid now"]
    assert (soon["state"], "FIAM_CERTIFICATE_PATH" in soon["advice"]) == ("look at this", True)
    (doctor.folder / "NEXT_key.pem").write_text(pem(rsa_key(1)))
    assert "does not belong" in doctor.bad(PRODUCTION)["key matches"]


def test_a_skewed_clock_of_eneco_and_fiam(doctor: Doctor, emulator: EmulatorThread) -> None:
    doctor.set(KWARTIER_CLOCK=None)

    def skew(passing: Passing) -> None:
        at = datetime.now(UTC) + timedelta(minutes=20)
        passing.date = format_datetime(at, usegmt=True)

    with proxy_to(emulator.url) as proxy:
        proxy.damage = skew
        for name in ("ENECO_ACCEPTANCE_BASE_URL", "FIAM_ACCEPTANCE_BASE_URL"):
            doctor.set(**{name: doctor.env[name].replace(emulator.url, proxy.url)})
        found = doctor.told(ACCEPTANCE, code=1)
    for subject in ("clock and Eneco's", "clock and KPN FIAM's"):
        assert found[subject]["says"] == "20 minutes behind"
        assert "set this machine's clock" in found[subject]["advice"]
