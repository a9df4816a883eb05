"""FIAM's calls: what each takes, and every status with which it answers."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from kwartier.emulator.fiam.contract_endpoints import PAGE_SIZE
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.openapi import messages
from kwartier.emulator.problems import problem
from kwartier.openapi.examples import Examples
from kwartier.openapi.messages import Operation, Refusal, body, refusals, response

_MEANINGS: Final = {
    400: "The request breaks rules.",
    401: "The party did not prove who it is, or may not make this call.",
    404: "There is no such contract, or it is another party's.",
    500: "Something broke on the service's own side.",
}
_HEADERS: Final = {401: {"WWW-Authenticate": "Bearer."}}
_DETAILS: Final = {
    400: "scope must contain DSH_FIAM.",
    401: "The bearer token is missing, not known here, or has expired.",
    404: "There is no such contract.",
    500: "Something went wrong on our side.",
}
_ID: Final = {
    "name": "contract_id",
    "in": "path",
    "description": "The contract.",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "example": messages.CONTRACT_ID,
}


def paths(environment: Environment) -> dict[str, dict[str, Operation]]:
    """All calls by path and method."""
    one, pages = messages.contracts(environment), messages.contract_pages(environment)
    asked = body("NewContract", messages.new_contract(environment), "The contract to keep.")
    return {
        "/oauth/token": {"post": _token()},
        "/service-consumers/contracts": {"get": _list("Consumer", pages)},
        "/service-consumers/contracts/{contract_id}": {"get": _one("Consumer", one)},
        "/service-providers/contracts": {
            "get": _list("Provider", pages),
            "post": {
                **_told("createContract", "Keep a contract", "Provider"),
                "requestBody": asked,
                "responses": _answers("201", "Contract", one, 400, 401, 500),
            },
        },
        "/service-providers/contracts/{contract_id}": {
            "get": _one("Provider", one),
            "put": {
                **_told("replaceContract", "Put a contract in another's place", "Provider"),
                "parameters": [_ID],
                "requestBody": asked,
                "responses": _answers("200", "Contract", one, 400, 401, 404, 500),
            },
            "delete": {
                **_told("removeContract", "Delete a contract", "Provider"),
                "parameters": [_ID],
                "responses": {"204": {"description": "It is gone."}, **_refused(401, 404, 500)},
            },
        },
        "/contracts/validate": {
            "post": {
                **_told("validate", "Ask whether a contract allows something", "Provider"),
                "requestBody": body(
                    "Validate", messages.questions(environment), "What a consumer asks for."
                ),
                "responses": _answers("200", "Validated", messages.verdicts(), 400, 401, 500),
            }
        },
    }


def _token() -> Operation:
    form = body(
        "TokenRequest",
        messages.token_request(),
        "A form.",
        "application/x-www-form-urlencoded",
    )
    return {
        **_told("token", "Ask for a token", "Token"),
        "security": [],
        "requestBody": form,
        "responses": _answers("200", "TokenReply", messages.token_replies(), 400, 401, 500),
    }


def _list(side: str, pages: Examples) -> Operation:
    return {
        **_told(f"list{side}Contracts", "List one's contracts", side),
        "parameters": [
            _number("page", "Which page, from 1 on (our reading).", 1_000_000),
            _number("size", "How many contracts a page holds (our reading).", PAGE_SIZE),
        ],
        "responses": _answers("200", "ContractPage", pages, 400, 401, 500),
    }


def _one(side: str, one: Examples) -> Operation:
    return {
        **_told(f"get{side}Contract", "Read one of one's contracts", side),
        "parameters": [_ID],
        "responses": _answers("200", "Contract", one, 401, 404, 500),
    }


def _told(name: str, summary: str, tag: str) -> Operation:
    return {"operationId": name, "summary": summary, "tags": [tag]}


def _number(name: str, description: str, most: int) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "allowEmptyValue": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": most},
    }


def _answers(status: str, schema: str, shown: Examples, *refused: int) -> dict[str, Any]:
    return {status: response("The answer.", schema, shown), **_refused(*refused)}


def _refused(*statuses: int) -> dict[str, Any]:
    told = [
        Refusal(
            status=status,
            schema="ProblemDetails",
            body=msgspec.to_builtins(problem(status, _DETAILS[status]).body),
        )
        for status in statuses
    ]
    return refusals(told, _MEANINGS, _HEADERS)
