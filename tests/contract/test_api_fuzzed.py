"""schemathesis over the REST API: whatever is asked, the answer is as the document says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from kwartier.api.app import OPERATIONS
from support.api import Api, running_api

CHECKS = ["--checks", "all", "--exclude-checks", "positive_data_acceptance"]
"""All but that every request of valid parts is taken: that `to` is later than `from`, that a date
exists, and whether there is such a customer, is more than a schema can say.
"""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """At the root: what lies around it does not answer for it."""
    with running_api(tmp_path_factory.mktemp("api"), base="") as running:
        yield running


def test_the_document_is_openapi_3_1_and_tells_of_every_call(api: Api) -> None:
    document = httpx.get(f"{api.url}/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/"}]
    told = {(path, method) for path, some in document["paths"].items() for method in some}
    assert told == {(one.path, one.method.lower()) for one in OPERATIONS}
    names = [call["operationId"] for some in document["paths"].values() for call in some.values()]
    assert len(set(names)) == len(names)
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]}), name


def test_no_request_gets_what_the_document_does_not_say(api: Api, tmp_path: Path) -> None:
    """With a key; that none is answered without one is among the checks."""
    (tmp_path / "schemathesis.toml").write_text('[parameters]\n"query.wait" = 0\n')
    asked = [f"{api.url}/openapi.json", "--max-examples", "3", "--warnings", "off"]
    asked += ["--phases", "examples,fuzzing", "--header", f"Authorization: Bearer {api.key()}"]
    command = [str(Path(sys.executable).with_name("st")), "run", *asked, *CHECKS]
    command += ["--generation-deterministic", "--no-color"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "No issues found" in ended.stdout
