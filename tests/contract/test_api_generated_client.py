"""A client generated from the API's own OpenAPI document does the daily work."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.api import FORMER, LATER, MOVED, Api, running_api
from support.measured import EAN


class Generated:
    """The generated package, and a session with it."""

    def __init__(self, name: str, api: Api) -> None:
        self._name = name
        self.models: Any = import_module(f"{name}.models")
        client: Any = import_module(f"{name}.client")
        self.session = client.AuthenticatedClient(base_url=api.url, token=api.key())

    def call(self, operation: str, *place: Any, **arguments: Any) -> Any:
        """The parsed answer of ``operation``, which is a tag and a name."""
        module: Any = import_module(f"{self._name}.api.{operation}")
        return module.sync(*place, client=self.session, **arguments)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    folder = tmp_path_factory.mktemp("generated")
    name = "generated_kwartier_client"
    with running_api(folder) as api, pytest.MonkeyPatch.context() as patch:
        (folder / "openapi.json").write_bytes(httpx.get(f"{api.url}/openapi.json").content)
        (folder / "configuration.json").write_text('{"post_hooks": []}')
        command = [str(Path(sys.executable).with_name("openapi-python-client")), "generate"]
        command += ["--path", "openapi.json", "--output-path", name, "--meta", "none"]
        command += ["--config", "configuration.json", "--fail-on-warning"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        patch.syspath_prepend(folder)
        made = Generated(name, api)
        with made.session:
            yield made


def test_it_adds_a_customer_and_invites_it(generated: Generated) -> None:
    models = generated.models
    body = models.CustomerPut(label="Frituur", enterprise_number="0123.456.789")
    added = generated.call("customers.put_customer", "c-77", body=body)
    assert (added.customer_id, added.enterprise_number) == ("c-77", "0123456789")
    asked = models.InvitationPost(expected_eans=2)
    invited = generated.call("invitations.invite_customer", "c-77", body=asked)
    assert invited.url.startswith("https://energy.example/connect/")
    found = generated.call("customers.list_customers", search="frituur")
    assert [(one.customer_id, one.stage) for one in found.items] == [("c-77", "invited")]
    why = generated.call("customers.get_customer_why", "c-77")
    assert [one.cause for one in why.items] == ["not_opened"]


def test_it_reads_measurements_and_mandates(generated: Generated) -> None:
    page = generated.call(
        "measurements.get_customer_measurements", LATER, metering_point=EAN, limit=10
    )
    assert page.items[0].start == MOVED
    assert isinstance(page.items[0].value, float)
    more = generated.call(
        "measurements.get_customer_measurements",
        LATER,
        metering_point=EAN,
        limit=10,
        cursor=page.next_,
    )
    assert more.items[0].start == page.items[-1].end
    mandates = generated.call("mandates.list_customer_mandates", FORMER)
    assert mandates.items[0].period_start == datetime(2025, 12, 31, 23, tzinfo=UTC)
    peaks = generated.call("measurements.get_customer_peaks", LATER)
    assert peaks.items[0].kw == 95.0
    events = generated.call("events.list_events", limit=1)
    assert events.items[0].type_ == "mandate.first_seen"


def test_it_reads_what_is_wrong(generated: Generated) -> None:
    refused = generated.call("customers.get_customer", "nobody")
    assert isinstance(refused, generated.models.ProblemDetails)
    assert refused.status == 404
