"""schemathesis over the OpenAPI documents: thousands of requests, right and wrong, all checks."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.emulator.mandates import HeldMandate
from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco

MANDATE = HeldMandate(
    reference_number="FUZZED",
    ean="541440110000000001",
    data_service_type=DataServiceType.VH_KWARTIER_UUR,
    status=MandateStatus.APPROVED,
    last_updated=FROZEN_AT,
    data_period_from=datetime(2025, 12, 31, 23, tzinfo=UTC),
)
"""It opens what the documents' examples ask for."""


@pytest.mark.parametrize(("environment", "examples"), [("sbx", 40), ("live", 10)])
def test_no_request_gets_what_the_document_does_not_say(
    fresh_emulator: FreshEmulator, tmp_path: Path, environment: str, examples: int
) -> None:
    """All checks but that every request of valid parts is taken.

    Rules between members (a period's end after its beginning, at most 185 days) are more than a
    schema can say; test_openapi_valid_requests tries requests that keep them.
    """
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    for mandates in (emulator.world.live, emulator.world.sandbox):
        mandates.put_mandate(MANDATE)
    document = f"/esco-{environment}/v3/swagger/fluvius_energy_api/swagger.json"
    command = [str(Path(sys.executable).with_name("st")), "run", f"{emulator.url}{document}"]
    for name, value in esco.headers.items():
        # As the document writes it: else its absence is not tried.
        command += ["--header", f"{name.title()}: {value}"]
    command += ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
    command += ["--max-examples", str(examples), "--generation-deterministic", "--no-color"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No issues found" in ended.stdout
