"""schemathesis over the OpenAPI documents: thousands of requests, right and wrong, all checks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import ENECO, OURSELVES
from kwartier.emulator.mandates import HeldMandate
from kwartier.emulator.registrations import ENECO_ACCEPTANCE_API_KEY
from kwartier.wire.fluvius_v3 import DataServiceType, MandateStatus
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Esco, send

MANDATE = HeldMandate(
    reference_number="FUZZED",
    ean="541440110000000001",
    data_service_type=DataServiceType.VH_KWARTIER_UUR,
    status=MandateStatus.APPROVED,
    last_updated=FROZEN_AT,
    data_period_from=datetime(2025, 12, 31, 23, tzinfo=UTC),
)
"""It opens what the documents' examples ask for."""

CHECKS = ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
"""All but that every request of valid parts is taken: rules between members (a period's end after
its beginning, at most 185 days) are more than a schema can say; test_openapi_valid_requests tries
requests that keep them.
"""


def test_no_request_gets_what_the_document_does_not_say(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    """Without the warning that most of what is made up is refused: how much of it breaks a rule
    between members is chance, and depends on how fast the machine is.
    """
    emulator = fresh_emulator()
    emulator.world.sandbox.put_mandate(MANDATE)
    document = "/esco-sbx/v3/swagger/fluvius_energy_api/swagger.json"
    asked = [f"{emulator.url}{document}", "--max-examples", "20"]
    asked += ["--warnings", "missing_auth,missing_test_data"]
    for name, value in titled(Esco(emulator.env).headers).items():
        asked += ["--header", f"{name}: {value}"]
    run(tmp_path, asked)


def test_live_eneco_and_fiam_give_no_other_replies_either(
    fresh_emulator: FreshEmulator, tmp_path: Path
) -> None:
    """All in one run, each call with the credentials of whoever makes it.

    Without warnings: no assertion for a token can be made up, and a contract is deleted only once.
    """
    emulator = fresh_emulator()
    emulator.world.live.put_mandate(MANDATE)
    contracts = emulator.world.contracts(Environment.ACCEPTANCE)
    for owner in data_owners(Environment.ACCEPTANCE):
        contracts.grant(owner.id, OURSELVES.id, FROZEN_AT)
    described = together(
        send(f"{emulator.url}/{path}/swagger.json").content.decode()
        for path in (
            "esco-live/v3/swagger/fluvius_energy_api",
            "eneco-acc/datashare/swagger/v1",
            "fiam-acc/swagger/v1",
        )
    )
    (tmp_path / "all.json").write_text(json.dumps(described))
    ours, enecos = (
        f"Bearer {emulator.world.fiam_tokens[Environment.ACCEPTANCE].issue(party.id)}"
        for party in (OURSELVES, ENECO)
    )
    callers = {
        "esco-live": titled(Esco(emulator.env).headers),
        "eneco-acc": {"apiKey": ENECO_ACCEPTANCE_API_KEY, "Authorization": ours},
        "service-consumers": {"Authorization": ours},
        "service-providers|validate": {"Authorization": enecos},
    }
    settings = "".join(
        f'[[operations]]\ninclude-path-regex = "{paths}"\n[operations.headers]\n'
        + "".join(f'{name} = "{value}"\n' for name, value in headers.items())
        for paths, headers in callers.items()
    )
    (tmp_path / "schemathesis.toml").write_text(settings)
    asked = ["all.json", "--url", emulator.url, "--phases", "coverage", "--warnings", "off"]
    run(tmp_path, asked)


def titled(headers: dict[str, str]) -> dict[str, str]:
    """As the document writes them: else their absence is not tried."""
    return {name.title(): value for name, value in headers.items()}


def together(documents: Iterable[str]) -> dict[str, Any]:
    """One document of several, whose paths begin at the origin."""
    whole: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "all", "version": "1"},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for number, text in enumerate(documents):
        apart = "#/components/schemas/"  # several have a schema called Unit
        each = json.loads(text.replace(apart, f"{apart}{number}-"))
        base = each["servers"][0]["url"]
        for path, methods in each["paths"].items():
            calls = {name: {"security": each["security"], **call} for name, call in methods.items()}
            whole["paths"][base + path] = calls
        schemas = each["components"]["schemas"].items()
        whole["components"]["schemas"] |= {f"{number}-{name}": one for name, one in schemas}
        whole["components"]["securitySchemes"] |= each["components"]["securitySchemes"]
    return whole


def run(folder: Path, asked: list[str]) -> None:
    command = [str(Path(sys.executable).with_name("st")), "run", *asked, *CHECKS]
    command += ["--generation-deterministic", "--no-color"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No issues found" in ended.stdout
