"""How people use the client they have today, run against the emulator: the same names, arguments
and members of replies, only imported from here, on both environments.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.emulator.thread import EmulatorThread
from kwartier.fluvius import (
    AuthenticationError,
    ClientSessionDataService,
    ConfigurationError,
    DataServiceType,
    EnergyType,
    Environment,
    FluviusAPIError,
    FluviusCredentials,
    FluviusEnergyClient,
    ForbiddenError,
    MandateRenewalStatus,
    MandateStatus,
    NotFoundError,
    PeriodType,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
)
from kwartier.transport import RetryPolicy
from support.esco import send
from support.proxy import Passing, proxy_to

NOW = datetime(2025, 1, 8, 15, 54, tzinfo=UTC)
SOLAR, GAS = "541440110000000321", "541441010000000322"
HOLDERS = {"customer-1": SOLAR, "customer-2": GAS}


@pytest.fixture(scope="module")
def january(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """An emulator in January 2025 on which both environments hold two customers' mandates."""
    emulator = EmulatorThread(clock=NOW)
    running_emulators.append(emulator)
    for environment in ("live", "sandbox"):
        for reference, ean in HOLDERS.items():
            for service in ("VH_dag", "VH_kwartier_uur"):
                mandate = {
                    "environment": environment,
                    "referenceNumber": reference,
                    "ean": ean,
                    "dataServiceType": service,
                    "dataPeriodFrom": "2023-12-31T23:00:00Z",
                    "status": "Approved",
                }
                made = send(
                    f"{emulator.url}/_emulator/mandates",
                    "POST",
                    content=json.dumps(mandate).encode(),
                    headers={"content-type": "application/json"},
                )
                assert made.status == 200
    return emulator


@pytest.fixture
def env(january: EmulatorThread, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the emulator writes for its clients, in the environment; its clock among it."""
    for name, value in january.env.items():
        monkeypatch.setenv(name, value)
    return dict(january.env)


@pytest.fixture(params=[Environment.PRODUCTION, Environment.SANDBOX])
def client(request: pytest.FixtureRequest, env: dict[str, str]) -> Iterator[FluviusEnergyClient]:
    """The client of each environment, everything but its name found in the variables."""
    with FluviusEnergyClient(environment=request.param) as client:
        yield client


def test_all_mandates_with_what_the_environment_holds(client: FluviusEnergyClient) -> None:
    printed = [
        f"{mandate.ean}: {mandate.status}" for mandate in client.get_mandates().data.mandates
    ]
    assert sorted(printed) == sorted(2 * [f"{SOLAR}: Approved", f"{GAS}: Approved"])


@pytest.mark.parametrize("environment", Environment)
def test_a_client_made_without_a_with_statement(
    env: dict[str, str], environment: Environment
) -> None:
    client = FluviusEnergyClient(environment=environment)
    assert client.get_mandates().data.mandates
    client.close()


def test_credentials_of_the_sandbox_from_the_environment(env: dict[str, str]) -> None:
    credentials = FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX")
    with FluviusEnergyClient(credentials=credentials, environment=Environment.SANDBOX) as client:
        response = client.get_mandates()
        assert f"{len(response.data.mandates)} mandates" == "4 mandates"


def shared(env: dict[str, str]) -> dict[str, str]:
    names = ("subscription_key", "client_id", "tenant_id", "scope")
    return {name: env[f"FLUVIUS_{name.upper()}"] for name in names}


def test_a_client_secret_written_out(env: dict[str, str]) -> None:
    credentials = FluviusCredentials(
        **shared(env), client_secret=env["FLUVIUS_SANDBOX_CLIENT_SECRET"]
    )
    with FluviusEnergyClient(credentials=credentials, environment=Environment.SANDBOX) as client:
        assert client.get_mandates().data.mandates


def in_three_ways(path: str) -> list[str]:
    """A private key as PEM, as base64 of it, as a file's path."""
    pem = Path(path).read_text("utf-8")
    return [pem, base64.b64encode(pem.encode()).decode(), path]


def test_a_certificate_written_out(env: dict[str, str]) -> None:
    for private_key in in_three_ways(env["FLUVIUS_PRIVATE_KEY_PATH"]):
        credentials = FluviusCredentials(
            **shared(env),
            certificate_thumbprint=env["FLUVIUS_CERTIFICATE_THUMBPRINT"],
            private_key=private_key,
        )
        with FluviusEnergyClient(credentials, Environment.PRODUCTION) as client:
            assert client.get_mandates().data.mandates


def test_a_certificate_in_the_environment(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pem, encoded, path = in_three_ways(env["FLUVIUS_PRIVATE_KEY_PATH"])
    monkeypatch.delenv("FLUVIUS_CERTIFICATE_PATH")
    monkeypatch.delenv("FLUVIUS_PRIVATE_KEY_PATH")
    for name, value in (
        ("FLUVIUS_PRIVATE_KEY", pem),
        ("FLUVIUS_PRIVATE_KEY", encoded),
        ("FLUVIUS_PRIVATE_KEY_PATH", path),
    ):
        with monkeypatch.context() as only_here:
            only_here.setenv(name, value)
            with FluviusEnergyClient(environment=Environment.PRODUCTION) as client:
                assert client.get_mandates().data.mandates


def test_the_contract_number_may_be_left_out_until_it_is_needed(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER")
    with FluviusEnergyClient(environment=Environment.PRODUCTION) as client:
        assert client.get_mandates().data.mandates
        response = client.create_client_session(
            data_access_contract_number=env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
            reference_number="an-organisation-0",
            flow="B2B",
            data_services=[ClientSessionDataService(data_service_type=DataServiceType.IG)],
        )
    assert response.data.status == "success"


def test_placeholders_left_in_place_are_told_so_before_anything_is_sent() -> None:
    secret = {"client_secret": "your-client-secret"}
    certificate = {
        "certificate_thumbprint": "YOUR_CERTIFICATE_THUMBPRINT",
        "private_key": "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
    }
    for proof in (secret, certificate):
        with pytest.raises(ConfigurationError, match="placeholder"):
            FluviusCredentials(
                subscription_key="your-subscription-key",
                client_id="your-client-id",
                tenant_id="your-tenant-id",
                scope="api://your-scope/.default",
                **proof,
            )


def test_a_session_for_two_services_of_an_organisation(
    client: FluviusEnergyClient, env: dict[str, str]
) -> None:
    response = client.create_client_session(
        data_access_contract_number=env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        reference_number="an-organisation-1",
        flow="B2B",
        data_services=[
            ClientSessionDataService(
                data_service_type=DataServiceType.VH_DAG,
                data_period_from="2024-01-01T00:00:00Z",
            ),
            ClientSessionDataService(
                data_service_type=DataServiceType.VH_KWARTIER_UUR,
                data_period_from="2024-01-01T00:00:00Z",
            ),
        ],
        number_of_eans=5,
    )
    assert response.data.status == "success"
    assert len(response.data.short_url_identifier or "") == 64
    assert f"{response.data.valid_to}" == "2025-01-09 15:54:00+00:00"


def test_another_contract_number_has_no_session(client: FluviusEnergyClient) -> None:
    response = client.create_client_session(
        data_access_contract_number="1234567890",
        reference_number="an-organisation-2",
        flow="B2B",
        data_services=[ClientSessionDataService(data_service_type=DataServiceType.VH_DAG)],
    )
    assert response.data.status != "success"
    assert response.data.short_url_identifier is None


def test_mandates_by_what_one_looks_for(client: FluviusEnergyClient) -> None:
    response = client.get_mandates(
        ean=SOLAR,
        energy_type=EnergyType.ELECTRICITY,
        status=MandateStatus.APPROVED,
        data_service_types=[DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR],
    )
    with pytest.raises(NotFoundError):
        client.get_mandates(renewal_status=MandateRenewalStatus.EXPIRED)
    printed = [
        f"{mandate.ean} {mandate.status} {mandate.energy_type} {mandate.data_service_type}"
        for mandate in response.data.mandates
    ]
    assert printed == [f"{SOLAR} Approved E VH_dag", f"{SOLAR} Approved E VH_kwartier_uur"]


@pytest.mark.parametrize(("ean", "energy_type"), [(SOLAR, "E"), (GAS, "G")])
def test_day_values_of_half_a_year_by_wall_time(
    client: FluviusEnergyClient, ean: str, energy_type: str
) -> None:
    response = client.get_energy(
        ean=ean,
        period_type=PeriodType.READ_TIME,
        granularity="daily",
        from_date=datetime(2024, 1, 1),  # noqa: DTZ001 - Brussels' wall time is meant
        to_date=datetime(2024, 6, 1),  # noqa: DTZ001
    )
    headpoint = response.data.headpoint
    assert headpoint is not None
    assert f"{headpoint.ean} {headpoint.energy_type}" == f"{ean} {energy_type}"
    assert headpoint.physical_meters is not None
    days = headpoint.physical_meters[0].daily_energy
    assert days is not None
    assert days[0].start == (
        datetime(2023, 12, 31, 23, tzinfo=UTC)
        if ean == SOLAR
        else datetime(2024, 1, 1, 5, tzinfo=UTC)
    )
    assert len(days) == (152 if ean == SOLAR else 151), "the last gas day ends after the window"


def test_the_four_data_services(client: FluviusEnergyClient) -> None:
    """Each can be asked of a customer."""
    for service in (
        DataServiceType.VH_DAG,
        DataServiceType.VH_KWARTIER_UUR,
        DataServiceType.VH_ONBEPAALD,
        DataServiceType.IG,
    ):
        response = client.create_client_session(
            reference_number="an-organisation-3",
            flow="B2C",
            data_services=[ClientSessionDataService(data_service_type=service)],
        )
        assert response.data.status == "success"


def told_by(client: FluviusEnergyClient) -> str:
    """What a program prints that tells the errors apart, one clause for each."""
    try:
        client.get_mandates(reference_number="customer-1")
    except ConfigurationError as error:
        return f"configuration: {error}"
    except AuthenticationError as error:
        return f"authentication: {error}"
    except ForbiddenError as error:
        return f"forbidden: {error}"
    except NotFoundError as error:
        return f"not found: {error}"
    except ValidationError as error:
        return f"validation: {[str(rule) for rule in error.validation_errors or []]}"
    except RateLimitError as error:
        return f"rate: {error}"
    except ServerError as error:
        return f"server: {error}"
    except ServiceUnavailableError as error:
        return f"unavailable: {error}"
    except FluviusAPIError as error:
        return f"other: {error}"
    return "fine"


@pytest.mark.parametrize("environment", Environment)
def test_a_program_that_tells_the_errors_apart(
    january: EmulatorThread,
    env: dict[str, str],
    environment: Environment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy_to(january.url) as proxy:
        for name in ("FLUVIUS_BASE_URL", "FLUVIUS_SANDBOX_BASE_URL"):
            monkeypatch.setenv(name, env[name].replace(january.url, proxy.url))
        once = RetryPolicy(attempts=1)
        with FluviusEnergyClient(environment=environment, retry=once) as client:
            assert told_by(client) == "fine"
            for status, told in TOLD.items():
                proxy.damage = answering(status)
                assert told_by(client).startswith(told), status
    with FluviusEnergyClient(environment=environment, retry=once) as client:
        assert told_by(client).startswith("other: "), "nobody answers"


TOLD = {
    400: "validation: ['A rule.']",
    401: "authentication: ",
    403: "forbidden: ",
    404: "not found: ",
    418: "other: ",
    429: "rate: ",
    500: "server: ",
    502: "server: ",
    503: "unavailable: ",
}


def answering(status: int) -> Callable[[Passing], None]:
    """Let the API answer everything with ``status``."""

    def refuse(passing: Passing) -> None:
        passing.refuse(status, b'{"Type":"T","Code":"C","ValidationErrorMessages":["A rule."]}')

    return refuse


@pytest.mark.parametrize("environment", Environment)
def test_a_placeholder_in_the_environment_is_told_as_such(
    env: dict[str, str], environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUVIUS_SUBSCRIPTION_KEY", "your-key")
    with pytest.raises(ConfigurationError, match="FLUVIUS_SUBSCRIPTION_KEY"):
        FluviusEnergyClient(environment=environment)


def test_the_errors_are_told_apart_by_their_classes_alone() -> None:
    kinds = {
        AuthenticationError,
        ForbiddenError,
        NotFoundError,
        ValidationError,
        RateLimitError,
        ServerError,
        ServiceUnavailableError,
    }
    assert all(issubclass(kind, FluviusAPIError) for kind in kinds)
    assert not any(issubclass(one, other) for one in kinds for other in kinds - {one})
    assert not issubclass(ConfigurationError, FluviusAPIError)
