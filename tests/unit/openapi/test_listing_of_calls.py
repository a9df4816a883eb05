"""The page of an API's calls: what it says of schemas, and its examples."""

from __future__ import annotations

from typing import Any

import pytest

from kwartier.api.app import OPERATIONS
from kwartier.api.document import document
from kwartier.emulator.consents import Environment
from kwartier.emulator.fluvius_v3.openapi.document import document as fluvius_document
from kwartier.emulator.refusals import ErrorCasing
from kwartier.openapi.kinds import kind, words
from kwartier.openapi.listing import Call, listing


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 100}, "text, 1 to 100 characters"),
        ({"type": ["integer", "null"]}, "whole number or null"),
        ({"type": "integer", "minimum": 0, "default": 0}, "whole number, at least 0; otherwise 0"),
        ({"enum": ["B2B", "B2C"], "default": "B2C"}, "one of B2B, B2C; otherwise B2C"),
        ({"anyOf": [{"type": "string", "maxLength": 9}, {"type": "null"}]},
         "text, at most 9 characters or null"),
        ({"type": "string", "nullable": True}, "text or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Peak"}}, "list of Peak"),
        ({"type": "object", "additionalProperties": {"type": "string", "format": "date-time"}},
         "by name, date-time"),
    ],
)  # fmt: skip
def test_a_schema_is_said_in_a_few_words(schema: dict[str, Any], said: str) -> None:
    assert kind(schema).striptags() == said


def test_words_are_text_whatever_they_hold() -> None:
    assert (
        words("a <b>\n\n- `x<y`: z")
        == "<p>a &lt;b&gt;</p>\n<ul><li><code>x&lt;y</code>: z</li></ul>"
    )
    assert "<b>" not in kind({"enum": ["<b>"]})


def test_examples_are_calls_as_they_can_be_made() -> None:
    calls = _calls(document(OPERATIONS, "/api/v1"))
    key = '-H "Authorization: Bearer $KEY"'
    assert calls["health"].examples == ('curl -sf \\\n  "$API/health"',)
    whole, other = calls["getCustomerMeasurements"].examples
    assert whole == f'curl -sf \\\n  {key} \\\n  "$API/customers/c-1001/measurements"'
    assert '-H "Accept: text/csv"' in other
    (patch,) = calls["patchCustomer"].examples
    assert "-X PATCH" in patch
    assert """-d '{"contact": "info@peeters.example"}'""" in patch


def test_what_is_needed_is_told_apart_from_what_may_be() -> None:
    call = _calls(document(OPERATIONS, "/api/v1"))["putCustomer"]
    assert call.scopes == ("customers:write",)
    assert [(one.name, one.place, one.is_required) for one in call.parameters] == [
        ("customer_id", "path", True),
        ("If-Match", "header", False),
    ]
    assert call.body is not None
    assert "enterprise_number" in [one.name for one in call.body.members]
    assert [one.status for one in call.answers] == ["200", "201"]
    assert "412" in [one.status for one in call.refusals]


def test_other_documents_can_be_listed_too() -> None:
    """Of OpenAPI 3.0, with two ways to sign in at once."""
    made = fluvius_document(Environment.SANDBOX, "/esco-sbx/v3", ErrorCasing.CAMEL)
    calls = _calls(made)
    assert len(calls) == sum(len(some) for some in made["paths"].values())
    for call in calls.values():
        assert "Ocp-Apim-Subscription-Key: $SUBSCRIPTION_KEY" in call.examples[0]
        assert "Authorization: Bearer $ACCESS_TOKEN" in call.examples[0]


def _calls(made: dict[str, Any]) -> dict[str, Call]:
    return {call.anchor: call for group in listing(made).groups for call in group.calls}
