"""How people use the client they have today, run against the emulator: the same names, arguments
and members of replies, only imported from here. (What needs a certificate is not in it yet.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kwartier.emulator.server import EmulatorThread
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
from support.emulators import FreshEmulator

NOW = datetime(2025, 1, 8, 15, 54, tzinfo=UTC)
SOLAR, GAS = "541440110000000321", "541441010000000322"


def clock() -> datetime:
    return NOW


@pytest.fixture
def sandbox(
    fresh_emulator: FreshEmulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmulatorThread]:
    """An emulator in January 2025, its address and keys in the environment, two mandates given."""
    emulator = fresh_emulator(clock=NOW)
    for name, value in emulator.env.items():
        monkeypatch.setenv(name, value)
    with FluviusEnergyClient(environment=Environment.SANDBOX, clock=clock) as client:
        for reference, ean in (("customer-1", SOLAR), ("customer-2", GAS)):
            for service in (DataServiceType.VH_DAG, DataServiceType.VH_KWARTIER_UUR):
                made = client.create_mock_mandate(
                    reference_number=reference,
                    ean=ean,
                    data_service_type=service,
                    data_period_from="2023-12-31T23:00:00Z",
                    status=MandateStatus.APPROVED,
                )
                assert made.data.status == "success"
    yield emulator


def test_credentials_of_the_sandbox_from_the_environment(sandbox: EmulatorThread) -> None:
    credentials = FluviusCredentials.from_env(prefix="FLUVIUS_SANDBOX")
    with FluviusEnergyClient(credentials=credentials, environment=Environment.SANDBOX) as client:
        response = client.get_mandates()
        assert f"{len(response.data.mandates)} mandates" == "4 mandates"


def test_credentials_written_out(sandbox: EmulatorThread) -> None:
    env = sandbox.env
    credentials = FluviusCredentials(
        subscription_key=env["FLUVIUS_SUBSCRIPTION_KEY"],
        client_id=env["FLUVIUS_CLIENT_ID"],
        tenant_id=env["FLUVIUS_TENANT_ID"],
        scope=env["FLUVIUS_SCOPE"],
        client_secret=env["FLUVIUS_SANDBOX_CLIENT_SECRET"],
    )
    with FluviusEnergyClient(credentials=credentials, environment=Environment.SANDBOX) as client:
        assert client.get_mandates().data.mandates


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


def test_a_session_for_two_services_of_an_organisation(sandbox: EmulatorThread) -> None:
    with FluviusEnergyClient(environment=Environment.SANDBOX, clock=clock) as client:
        response = client.create_client_session(
            data_access_contract_number=sandbox.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
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


def test_another_contract_number_has_no_session(sandbox: EmulatorThread) -> None:
    with FluviusEnergyClient(environment=Environment.SANDBOX, clock=clock) as client:
        response = client.create_client_session(
            data_access_contract_number="1234567890",
            reference_number="an-organisation-2",
            flow="B2B",
            data_services=[ClientSessionDataService(data_service_type=DataServiceType.VH_DAG)],
        )
    assert response.data.status != "success"
    assert response.data.short_url_identifier is None


def test_mandates_by_what_one_looks_for(sandbox: EmulatorThread) -> None:
    with FluviusEnergyClient(environment=Environment.SANDBOX, clock=clock) as client:
        assert len(client.get_mandates().data.mandates) == 4
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
    sandbox: EmulatorThread, ean: str, energy_type: str
) -> None:
    with FluviusEnergyClient(environment=Environment.SANDBOX, clock=clock) as client:
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


def test_a_program_that_tells_the_errors_apart(
    sandbox: EmulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = RetryPolicy(attempts=1)
    with FluviusEnergyClient(environment=Environment.SANDBOX, retry=once) as client:
        assert told_by(client) == "fine"
        sandbox.stop()
        assert told_by(client).startswith("other: "), "nobody answers"
    monkeypatch.setenv("FLUVIUS_SUBSCRIPTION_KEY", "your-key")
    with pytest.raises(ConfigurationError, match="FLUVIUS_SUBSCRIPTION_KEY"):
        FluviusEnergyClient(environment=Environment.SANDBOX)


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
