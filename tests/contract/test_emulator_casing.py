"""The casing of the ESCO API's error bodies, as the emulator is started."""

from __future__ import annotations

import pytest

from kwartier.emulator.refusals import ErrorCasing
from support.emulators import FreshEmulator
from support.esco import Esco, send

MEMBERS = ["Type", "Code", "Message", "ValidationErrorMessages"]


@pytest.mark.parametrize(
    ("casing", "members"),
    [
        (ErrorCasing.PASCAL, MEMBERS),
        (ErrorCasing.CAMEL, ["type", "code", "message", "validationErrorMessages"]),
    ],
)
def test_every_error_body_is_cased_as_chosen(
    fresh_emulator: FreshEmulator, casing: ErrorCasing, members: list[str]
) -> None:
    esco = Esco(fresh_emulator(error_casing=casing).env)
    assert list(esco.mandates(ean="1").json) == members
    assert list(esco.post("/api/mandate/mock", {}).json) == members
    assert list(esco.mandates(referenceNumber="NOBODY").json) == members[:3]


@pytest.mark.parametrize("casing", ErrorCasing)
def test_the_gateways_bodies_are_camel_case_whatever_was_chosen(
    fresh_emulator: FreshEmulator, casing: ErrorCasing
) -> None:
    esco = Esco(fresh_emulator(error_casing=casing).env)
    for answer in (send(f"{esco.base}/api/mandate"), esco.get("/api/nothing")):
        assert list(answer.json) == ["statusCode", "message"]


def test_a_401_says_what_it_wants_and_a_405_what_it_allows(esco: Esco) -> None:
    url = f"{esco.base}/api/mandate"
    assert send(url).headers["www-authenticate"].startswith("AzureApiManagementKey ")
    key = {"ocp-apim-subscription-key": esco.headers["ocp-apim-subscription-key"]}
    assert send(url, headers=key).headers["www-authenticate"] == "Bearer"
    assert "GET" in send(url, "DELETE", headers=esco.headers).headers["allow"]
