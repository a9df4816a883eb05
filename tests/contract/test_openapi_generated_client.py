"""A client generated from the sandbox's OpenAPI document makes the four calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kwartier.emulator.thread import EmulatorThread
from support.esco import Esco, send

EAN, AMR = "541440110000000091", "541450111000000091"


class Generated:
    """The generated package, and a session with it."""

    def __init__(self, name: str, esco: Esco) -> None:
        self._name = name
        self.models: Any = import_module(f"{name}.models")
        token = esco.headers["authorization"].removeprefix("Bearer ")
        key = {"Ocp-Apim-Subscription-Key": esco.headers["ocp-apim-subscription-key"]}
        client: Any = import_module(f"{name}.client")
        self.session = client.AuthenticatedClient(base_url=esco.base, token=token, headers=key)

    def call(self, operation: str, **arguments: Any) -> Any:
        """The parsed reply of ``operation``, which is a tag and a name."""
        module: Any = import_module(f"{self._name}.api.{operation}")
        return module.sync(client=self.session, **arguments)


@pytest.fixture(scope="module")
def generated(
    emulator: EmulatorThread, esco: Esco, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Generated]:
    folder = tmp_path_factory.mktemp("generated")
    name = "generated_esco_client"
    document = send(f"{emulator.url}/esco-sbx/v3/swagger/fluvius_energy_api/swagger.json")
    (folder / "openapi.json").write_bytes(document.content)
    (folder / "configuration.json").write_text('{"post_hooks": []}')
    command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate"]
    command += ["--path", "openapi.json", "--output-path", name, "--meta", "none"]
    command += ["--config", "configuration.json", "--fail-on-warning"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        made = Generated(name, esco)
        with made.session:
            yield made


def test_it_asks_for_a_short_url(generated: Generated, esco: Esco) -> None:
    models = generated.models
    body = models.ClientSessionRequest(
        data_access_contract_number=esco.env["FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER"],
        reference_number="GENERATED-1",
        flow=models.Flow.B2C,
        data_services=[
            models.ClientSessionDataService(
                data_service_type=models.DataServiceType.VH_DAG,
                data_period_from=datetime(2026, 1, 1, tzinfo=UTC),
            )
        ],
    )
    answer = generated.call("consent.create_client_session", body=body)
    assert answer.data.status == models.RequestStatus.SUCCESS
    assert answer.data.valid_to == datetime(2026, 11, 21, 12, tzinfo=UTC)


def mock(generated: Generated, ean: str) -> None:
    models = generated.models
    body = models.MockMandateRequest(
        reference_number="GENERATED-1",
        ean=ean,
        data_service_type=models.DataServiceType.VH_KWARTIER_UUR,
        data_period_from=datetime(2025, 12, 31, 23, tzinfo=UTC),
        status=models.MandateStatus.APPROVED,
    )
    answer = generated.call("mandates.create_mock_mandate", body=body)
    assert answer.data.status == models.RequestStatus.SUCCESS


def test_it_makes_and_finds_a_mandate(generated: Generated) -> None:
    mock(generated, EAN)
    models = generated.models
    answer = generated.call(
        "mandates.get_mandates",
        reference_number="GENERATED-1",
        ean=EAN,
        status=models.MandateStatus.APPROVED,
        last_updated_from=datetime(2026, 11, 20, tzinfo=UTC),
    )
    (mandate,) = answer.data.mandates
    assert (mandate.ean, mandate.energy_type) == (EAN, models.EnergyType.E)
    assert mandate.data_period_from == datetime(2025, 12, 31, 23, tzinfo=UTC)


def energy(generated: Generated, ean: str) -> Any:
    return generated.call(
        "energy.get_energy",
        ean=ean,
        period_type=generated.models.PeriodType.READTIME,
        from_=datetime(2026, 11, 9, 23, tzinfo=UTC),
        to=datetime(2026, 11, 10, 23, tzinfo=UTC),
    ).data.headpoint


def test_it_reads_the_energy_of_a_meter(generated: Generated) -> None:
    mock(generated, EAN)
    headpoint = energy(generated, EAN)
    assert isinstance(headpoint, generated.models.MeteringOnMeter)
    (meter,) = headpoint.physical_meters
    assert len(meter.quarter_hourly_energy) == 96
    value = meter.quarter_hourly_energy[0].measurements[0].offtake.total
    assert value.unit == generated.models.Unit.KWH


def test_it_reads_the_energy_of_a_headpoint_with_its_sub_headpoints(generated: Generated) -> None:
    mock(generated, AMR)
    headpoint = energy(generated, AMR)
    assert isinstance(headpoint, generated.models.MeteringOnHeadpoint)
    assert len(headpoint.quarter_hourly_energy) == 96
    kinds = {each["$type"] for each in headpoint.sub_headpoints}
    assert kinds == {"submetering-production", "submetering-auxiliary"}


def test_it_reads_what_is_wrong(generated: Generated) -> None:
    answer = generated.call("mandates.get_mandates", ean="123")
    assert isinstance(answer, generated.models.Problem)
    assert answer.code == "RequestModelValidation.Failed"
    assert generated.call("mandates.get_mandates", reference_number="NOBODY").code == (
        "Mandates.NotFound"
    )
