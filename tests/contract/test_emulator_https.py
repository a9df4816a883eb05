"""The emulator over https, by a certificate of its own authority."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from kwartier.certificates import load_certificate, read_private_key
from kwartier.certificates.private_key import belong_together
from kwartier.emulator.thread import EmulatorThread
from kwartier.eneco import EnecoClient
from kwartier.eneco import NoReplyError as NoReplyOfEnecoError
from kwartier.fluvius import (
    AsyncFluviusEnergyClient,
    ConfigurationError,
    Environment,
    FluviusEnergyClient,
    NoReplyError,
    NotFoundError,
)
from kwartier.settings import load_env_file
from kwartier.transport import ConnectFailedError, RetryPolicy


@pytest.fixture(scope="module")
def https(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    running = EmulatorThread(tls=True)
    running_emulators.append(running)
    return running


def use(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("environment", list(Environment))
def test_clients_sign_in_and_ask_over_https(
    https: EmulatorThread, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert https.url.startswith("https://127.0.0.1:")
    use(https.env, monkeypatch)
    with FluviusEnergyClient(environment=environment) as client:
        assert client.endpoints.base_url.startswith(https.url)
        with pytest.raises(NotFoundError):
            client.get_mandates(reference_number="NONE")

    async def ask() -> None:
        async with AsyncFluviusEnergyClient(environment=environment) as client:
            with pytest.raises(NotFoundError):
                await client.get_mandates(reference_number="NONE")

    asyncio.run(ask())


def test_a_client_that_does_not_trust_the_authority_sends_nothing(
    https: EmulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(https.env, monkeypatch)
    monkeypatch.delenv("FLUVIUS_CA_FILE")
    with (
        FluviusEnergyClient(retry=RetryPolicy(attempts=1)) as client,
        pytest.raises(NoReplyError, match="no connection") as caught,
    ):
        client.get_mandates()
    assert isinstance(caught.value.__cause__, ConnectFailedError)


def test_a_client_of_eneco_signs_in_to_fiam_over_https_where_it_is_told_whom_to_trust(
    https: EmulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(https.env, monkeypatch)
    with EnecoClient() as client:
        assert client.endpoints.base_url.startswith(https.url)
        assert client.list_contracts().is_complete
    monkeypatch.delenv("ENECO_CA_FILE")
    with (
        EnecoClient(retry=RetryPolicy(attempts=1)) as client,
        pytest.raises(NoReplyOfEnecoError, match="no connection"),
    ):
        client.list_contracts()


def test_a_file_of_authorities_that_is_none_is_named(
    https: EmulatorThread, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(https.env, monkeypatch)
    for path, told in ((tmp_path / "none.pem", "cannot be read"), (tmp_path, "cannot be read")):
        monkeypatch.setenv("FLUVIUS_CA_FILE", str(path))
        with pytest.raises(ConfigurationError, match=f"^FLUVIUS_CA_FILE: .*{told}"):
            FluviusEnergyClient()
    monkeypatch.setenv("FLUVIUS_CA_FILE", https.env["FLUVIUS_PRIVATE_KEY_PATH"])
    with pytest.raises(ConfigurationError, match=r"^FLUVIUS_CA_FILE: .*no certificate"):
        FluviusEnergyClient()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_its_certificate_holds_for_every_local_name(
    https: EmulatorThread, name: str, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=https.env["FLUVIUS_CA_FILE"])
    context.minimum_version = context.maximum_version = version
    port = urlsplit(https.url).port
    with urlopen(f"https://{name}:{port}/_emulator/health", context=context) as reply:
        assert reply.status == 200


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="needs IPv6")
def test_it_serves_at_an_ipv6_address(
    running_emulators: list[EmulatorThread],
) -> None:
    running = EmulatorThread(tls=True, host="::1")
    running_emulators.append(running)
    context = ssl.create_default_context(cafile=running.env["FLUVIUS_CA_FILE"])
    assert running.url.startswith("https://[::1]:")
    with urlopen(f"{running.url}/_emulator/health", context=context) as reply:
        assert reply.status == 200


def test_plain_http_has_no_authority_to_trust(emulator: EmulatorThread) -> None:
    assert not {"FLUVIUS_CA_FILE", "ENECO_CA_FILE"} & set(emulator.env)


def test_the_command_writes_what_a_client_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "kwartier", "emulator", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--tls", "--env-file", "one.env"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = [process.stdout.readline() for _ in range(8)]
        assert said[0].rstrip().rpartition(" at ")[2].startswith("https://127.0.0.1:")
        folder = tmp_path / "one-keys"
        assert said[6] == f"Its authority, which clients must trust, is {folder}/authority.pem\n"
        names = ["certificate.pem", "private-key.pem", "authority.pem"]
        for each in ("https-certificate.pem", "https-private-key.pem", ".gitignore"):
            assert (folder / each).exists()
        assert {(folder / each).stat().st_mode & 0o777 for each in names} == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700
        load_env_file(tmp_path / "one.env")
        certificate = load_certificate(Path(os.environ["FLUVIUS_CERTIFICATE_PATH"]))
        assert certificate.sha1 == os.environ["FLUVIUS_CERTIFICATE_THUMBPRINT"]
        key = Path(os.environ["FLUVIUS_PRIVATE_KEY_PATH"]).read_bytes()
        assert belong_together(certificate, read_private_key(key, called="key"))
        with FluviusEnergyClient() as client, pytest.raises(NotFoundError):
            client.get_mandates(reference_number="NONE")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
