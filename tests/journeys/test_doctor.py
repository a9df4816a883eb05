"""``kwartier doctor``: one broken thing at a time, each told in a line that says what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kwartier.certificates import Certificate
from kwartier.cli.app import run
from kwartier.emulator.entra.authority import authority as emulators_authority
from kwartier.emulator.entra.authority import key_pem, provider
from kwartier.emulator.thread import EmulatorThread
from kwartier.store import open_store
from support.certificates import NOW, Request, authority, pem, rsa_key
from support.doctor import Doctor
from support.emulators import FROZEN_AT, FreshEmulator
from support.proxy import Passing, proxy_to

DAY = timedelta(days=1)
PRODUCTION, SANDBOX = "--production", "--sandbox"


@pytest.fixture(scope="module")
def emulator(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """One of these tests alone: a sync fetches whatever was ever consented to."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture
def doctor(
    emulator: EmulatorThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Doctor:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KWARTIER_PROVIDER", "fluvius")
    return Doctor(dict(emulator.env), tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("environment", [SANDBOX, PRODUCTION])
def test_nothing_is_wrong_with_the_emulators_own_environment(
    doctor: Doctor, environment: str
) -> None:
    found = doctor.told(environment, code=0)
    path = "path to a recognised authority"
    assert {subject for subject, one in found.items() if one["state"] == "look at this"} == {path}
    assert found["scope"]["says"] == "the token opens the API"
    assert "Nothing is wrong" in doctor(environment, code=0)


def test_with_its_authority_trusted_the_path_is_followed_too(doctor: Doctor) -> None:
    root = doctor.folder / "authority.pem"
    root.write_bytes(Certificate(emulators_authority().root).pem)
    doctor.set(FLUVIUS_CA_FILE=root)
    found = doctor.told(PRODUCTION, code=0)
    assert {one["state"] for one in found.values()} == {"good", "not known"}
    assert found["path to a recognised authority"]["state"] == "good"


@pytest.mark.parametrize("environment", [SANDBOX, PRODUCTION])
def test_a_wrong_subscription_key(doctor: Doctor, environment: str) -> None:
    doctor.set(FLUVIUS_SUBSCRIPTION_KEY="0-not-the-right-one-0")
    wrong = doctor.bad(environment)
    assert set(wrong) == {"subscription key"}
    assert "_SUBSCRIPTION_KEY" in wrong["subscription key"]
    assert "not-the-right-one" not in doctor.last


def test_a_wrong_secret(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_SANDBOX_CLIENT_SECRET="0-not-the-right-one-0")
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {"token"}
    assert "7000215" in wrong["token"]
    assert "check the client secret" in wrong["token"]
    assert "not-the-right-one" not in doctor.last


@pytest.mark.parametrize("environment", [SANDBOX, PRODUCTION])
def test_a_wrong_scope(doctor: Doctor, environment: str) -> None:
    doctor.set(FLUVIUS_SCOPE="api://another/.default")
    wrong = doctor.bad(environment)
    assert set(wrong) == {"scope"}
    assert "api://<id>/.default" in wrong["scope"]


def test_an_unknown_application_and_tenant(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_CLIENT_ID="00000000-0000-4000-8000-6e6f626f6479")
    assert "check the client ID" in doctor.bad(SANDBOX)["token"]


def test_a_host_that_is_not_there(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_SANDBOX_BASE_URL="http://127.0.0.1:1/esco-sbx/v3")
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {"Fluvius' API"}
    assert "no connection" in wrong["Fluvius' API"]
    assert "check the network, the proxy, and FLUVIUS_SANDBOX_BASE_URL" in wrong["Fluvius' API"]
    doctor.set(FLUVIUS_TOKEN_URL="http://127.0.0.1:1/x/oauth2/v2.0/token")
    assert set(doctor.bad(SANDBOX)) == {"Fluvius' API", "Microsoft Entra ID"}


def test_a_service_whose_authority_is_not_trusted(
    doctor: Doctor, fresh_emulator: FreshEmulator
) -> None:
    doctor.set(**fresh_emulator(tls=True).env)
    doctor.told(SANDBOX, code=0)
    doctor.set(FLUVIUS_CA_FILE=None)
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {"Fluvius' API", "Microsoft Entra ID"}
    assert all("FLUVIUS_CA_FILE" in said for said in wrong.values())


def test_an_address_that_is_no_api(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_SANDBOX_BASE_URL=doctor.env["FLUVIUS_SANDBOX_BASE_URL"] + "/more")
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {"address"}
    assert "it ends in /v3" in wrong["address"]


def test_an_unknown_contract_number(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER="0000000000")
    assert set(doctor.bad(SANDBOX)) == {"contract number"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("FLUVIUS_SUBSCRIPTION_KEY", None, "not set: set it (Fluvius issues it"),
        ("FLUVIUS_CLIENT_ID", "your-client-id", "still a placeholder: put the real value"),
        ("FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER", None, "not set: set it"),
        ("FLUVIUS_SANDBOX_CLIENT_SECRET", None, "not set: set it"),
        ("KWARTIER_CLOCK", "noon", "is no clock"),
        ("FLUVIUS_CA_FILE", "nowhere.pem", "cannot be read"),
        ("FLUVIUS_SANDBOX_BASE_URL", "fluvius", "must be an address"),
    ],
)
def test_a_setting_that_is_missing_or_cannot_be_meant(
    doctor: Doctor, name: str, value: str | None, says: str
) -> None:
    doctor.set(**{name: value})
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {name}
    assert says in wrong[name]


def test_with_nothing_set_every_setting_is_named(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in doctor.env:
        monkeypatch.delenv(name)
    doctor.set(FLUVIUS_BASE_URL="http://127.0.0.1:1/v3")
    names = ("SUBSCRIPTION_KEY", "CLIENT_ID", "TENANT_ID", "SCOPE", "DATA_ACCESS_CONTRACT_NUMBER")
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {f"FLUVIUS_{name}" for name in names} | {"Fluvius' API", "certificate"}
    assert "kwartier doctor --onboarding" in wrong["certificate"]


def test_a_sandbox_with_a_secret_is_told_what_production_will_need(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_CERTIFICATE_PATH=None, FLUVIUS_CERTIFICATE_THUMBPRINT=None)
    doctor.set(FLUVIUS_PRIVATE_KEY_PATH=None)
    found = doctor.told(SANDBOX, code=0)["certificate"]
    assert found["state"] == "not known"
    assert "the sandbox needs none, the live service will" in found["says"]


def test_a_certificate_of_which_only_the_thumbprint_is_here(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_CERTIFICATE_PATH=None)
    found = doctor.told(PRODUCTION, code=0)["certificate"]
    assert found["state"] == "look at this"
    assert "FLUVIUS_CERTIFICATE_PATH" in found["advice"]


def test_a_thumbprint_of_another_certificate(doctor: Doctor) -> None:
    doctor.set(FLUVIUS_CERTIFICATE_THUMBPRINT="AB" * 20)
    assert doctor.told(PRODUCTION, code=0)["FLUVIUS_CERTIFICATE_THUMBPRINT"]["state"] == (
        "look at this"
    )


def test_an_expired_certificate(doctor: Doctor) -> None:
    doctor.certificate(Request(begins=NOW - 300 * DAY, lifetime=290 * DAY).issue(authority()))
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {"valid now", "token"}
    assert "expired at" in wrong["valid now"]
    assert "request a new one" in wrong["valid now"]


def test_a_key_that_does_not_belong_to_the_certificate(doctor: Doctor) -> None:
    key = doctor.folder / "other.pem"
    key.write_text(pem(rsa_key(1)))
    doctor.set(FLUVIUS_PRIVATE_KEY_PATH=key)
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {"key matches"}
    assert "does not belong to the certificate" in wrong["key matches"]


@pytest.mark.parametrize(
    ("request_", "signed_by_itself", "subject", "says"),
    [
        (Request(), True, "issued by an authority", "self-signed"),
        (Request(lifetime=730 * DAY), False, "at most 398 days", "valid for 730 days in all"),
        (Request(organisation=None), False, "organisation validated", "names no organisation"),
        (Request(usage=None), False, "fit for digital signatures", "lacks digital signature"),
        (Request(extended_usage=()), False, "fit for server authentication", "lacks server"),
    ],
)
def test_a_certificate_that_breaks_the_policy(
    doctor: Doctor, request_: Request, signed_by_itself: bool, subject: str, says: str
) -> None:
    doctor.certificate(request_.issue(None if signed_by_itself else authority()))
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {subject, "token"}
    assert says in wrong[subject]
    assert "700027" in wrong["token"]
    assert set(doctor.bad(SANDBOX)) == {subject}, "what would fail in production is told there too"


def test_a_certificate_file_that_is_none(doctor: Doctor) -> None:
    path = doctor.folder / "certificate.pem"
    path.write_bytes(key_pem(provider()[1]))
    doctor.set(FLUVIUS_CERTIFICATE_PATH=path)
    wrong = doctor.bad(PRODUCTION)
    assert set(wrong) == {"FLUVIUS_CERTIFICATE_PATH"}
    assert "holds a private key and no certificate" in wrong["FLUVIUS_CERTIFICATE_PATH"]
    assert "BEGIN" not in doctor.last


def test_a_certificate_that_ends_soon_wants_a_successor(doctor: Doctor) -> None:
    doctor.certificate(Request(begins=NOW - 360 * DAY).issue(authority()))
    found = doctor.told(PRODUCTION, code=1)
    assert found["valid now"]["says"].endswith("37 days left")
    assert found["next certificate"]["state"] == "look at this"
    assert "FLUVIUS_NEXT_CERTIFICATE_PATH" in found["next certificate"]["advice"]
    doctor.certificate(Request(begins=NOW + 10 * DAY).issue(authority()), "NEXT_")
    found = doctor.told(PRODUCTION, code=1)
    assert found["next: valid now"]["state"] == "good"
    assert found["next: key matches"]["state"] == "good"
    assert found["one after the other"]["state"] == "good"


@pytest.mark.parametrize(
    ("begins", "lifetime", "says"),
    [(60, 300, "neither is valid from"), (-1, 20, "does not outlast")],
)
def test_a_successor_that_leaves_a_gap(
    doctor: Doctor, begins: int, lifetime: int, says: str
) -> None:
    doctor.certificate(Request(begins=NOW - 360 * DAY).issue(authority()))
    following = Request(begins=NOW + begins * DAY, lifetime=lifetime * DAY)
    doctor.certificate(following.issue(authority()), "NEXT_")
    assert says in doctor.bad(PRODUCTION)["one after the other"]


@pytest.mark.parametrize(("minutes", "state"), [(3, "look at this"), (-20, "wrong")])
def test_a_skewed_clock(doctor: Doctor, emulator: EmulatorThread, minutes: int, state: str) -> None:
    """The services' clocks, seen from here: ahead when ``minutes`` are below 0."""
    doctor.set(KWARTIER_CLOCK=None)

    def skew(passing: Passing) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes)
        passing.date = format_datetime(at, usegmt=True)

    with proxy_to(emulator.url) as proxy:
        proxy.damage = skew
        for name in ("FLUVIUS_SANDBOX_BASE_URL", "FLUVIUS_TOKEN_URL"):
            doctor.set(**{name: doctor.env[name].replace(emulator.url, proxy.url)})
        found = doctor.told(SANDBOX, code=int(state == "wrong"))
    way = "ahead" if minutes > 0 else "behind"
    for subject in ("clock and Fluvius'", "clock and Microsoft's"):
        assert found[subject]["state"] == state
        assert found[subject]["says"] == f"{abs(minutes)} minutes {way}"
        assert "set this machine's clock" in found[subject]["advice"]


def test_an_emulated_clock_that_was_moved_since(
    doctor: Doctor, fresh_emulator: FreshEmulator
) -> None:
    moved = fresh_emulator()
    env = dict(moved.env)
    moved.world.clock.set(moved.world.now() + 30 * DAY)
    doctor.set(**env)
    wrong = doctor.bad(SANDBOX)
    assert set(wrong) == {"clock and Fluvius'"}
    assert "30 days behind" in wrong["clock and Fluvius'"]
    assert "environment file again" in wrong["clock and Fluvius'"]


def test_a_store_that_can_be_used_and_ones_that_cannot(doctor: Doctor) -> None:
    assert "not there yet" in doctor.told(SANDBOX, code=0)["file"]["says"]
    with open_store("made.duckdb", create=True):
        found = doctor.told(SANDBOX, "--store", "made.duckdb", code=0)
    assert found["readable"]["state"] == found["writable"]["state"] == "good"
    (doctor.folder / "text.duckdb").write_text("no store at all")
    assert "is not a store" in doctor.bad(SANDBOX, "--store", "text.duckdb")["readable"]
    assert "there is no folder" in doctor.bad(SANDBOX, "--store", "no/such.duckdb")["folder"]


def test_no_secret_is_ever_shown(doctor: Doctor) -> None:
    key = key_pem(provider()[1]).decode()
    doctor.set(FLUVIUS_PRIVATE_KEY_PATH=None, FLUVIUS_PRIVATE_KEY=key)
    secrets = [doctor.env["FLUVIUS_SANDBOX_CLIENT_SECRET"], doctor.env["FLUVIUS_SUBSCRIPTION_KEY"]]
    secrets += key.split()[3:-3]
    for arguments in ([SANDBOX], [PRODUCTION, "--json"], ["--onboarding"]):
        said = doctor(*arguments, code=0)
        assert [secret for secret in secrets if secret in said] == []
        assert "eyJ" not in said
    doctor.set(FLUVIUS_PRIVATE_KEY=key.replace("PRIVATE", "PRIVAT"))
    said = doctor(PRODUCTION, code=1)
    assert [secret for secret in secrets if secret in said] == []


def ticks(doctor: Doctor) -> dict[str, str]:
    steps = json.loads(doctor("--onboarding", "--json", code=0))
    return {step["title"]: step["tick"] for step in steps}


def test_onboarding_ticks_what_it_can_see(doctor: Doctor) -> None:
    found = ticks(doctor)
    assert set(found.values()) == {"done", "open", "cannot be seen from here"}
    assert [title for title, tick in found.items() if tick == "open"] == [
        "Send a first customer to Mijn Fluvius",
        "Fetch their data",
    ]
    said = doctor("--onboarding", code=0)
    assert all(title in said for title in found)
    assert doctor.env["FLUVIUS_BASE_URL"] in said, "whoever asked an emulator should see it"


def test_onboarding_follows_a_provider_from_nothing_to_values(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["customers", "add", "c-1"],
        ["mock-mandate", "c-1", "541440000000000431", "--from", "2026-11-01", "--service", "day"],
        ["sync"],
    ):
        assert run(command) == 0
    assert "open" not in ticks(doctor).values()
    for name in doctor.env:
        monkeypatch.delenv(name)
    doctor.set(FLUVIUS_BASE_URL="http://127.0.0.1:1/v3", FLUVIUS_SANDBOX_BASE_URL="http://[::1]:1")
    (doctor.folder / "kwartier.duckdb").unlink()
    assert "done" not in ticks(doctor).values()
