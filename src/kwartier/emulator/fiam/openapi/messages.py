"""FIAM's messages: what their members mean, and examples."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.asked_contract import LONGEST_TEXT
from kwartier.emulator.fiam.contracts import ALL_ATTRIBUTES, Environment
from kwartier.emulator.fiam.parties import ENECO, OURSELVES
from kwartier.openapi.examples import Examples, named
from kwartier.openapi.schemas import Members, Schema, schemas_of
from kwartier.wire.eneco import ProblemDetails
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE
from kwartier.wire.fiam import (
    ACTION,
    RESOURCE,
    RESOURCE_TYPE,
    SCOPE,
    Contract,
    ContractPage,
    TokenReply,
    Validate,
    Validated,
)

CONTRACT_ID: Final = "0f1a2b3c-4d5e-4f60-8a7b-9c0d1e2f3a4b"
_ASSERTION: Final = "a JWT, signed by RS256, with the full certificate chain in x5c"

_TEXT: Final = {"minLength": 1, "maxLength": LONGEST_TEXT}
_MEMBERS: Final[Members] = {
    "TokenReply": {
        "access_token": {"description": "The consumer token; Eneco takes it as bearer token."},
        "expires_in": {"description": "For how many seconds it is good."},
    },
    "Contract": {
        "id": {**_TEXT, "description": "Given by FIAM.", "example": CONTRACT_ID},
        "service_provider": {**_TEXT, "description": "Party that holds the data: Eneco."},
        "service_consumer": {**_TEXT, "description": "Party that may read them."},
        "data_owner": {**_TEXT, "description": "The customer whose data they are, a UUID."},
        "start_date": {
            **_TEXT,
            "description": "First day, or instant, of the consent; ISO 8601.",
            "example": "2026-01-01",
        },
        "end_date": {
            **_TEXT,
            "description": "Day, or instant, on which it no longer holds (our reading); ISO 8601.",
            "example": "2027-01-01",
        },
        "resource_type": {**_TEXT, "example": RESOURCE_TYPE},
        "resource": {**_TEXT, "example": RESOURCE},
        "resource_attribute": {**_TEXT, "example": ALL_ATTRIBUTES},
        "action": {**_TEXT, "example": ACTION},
    },
    "ContractPage": {
        "page": {"description": "Which page this is, from 1 on (our reading)."},
        "size": {"description": "How many contracts a page holds at most."},
        "page_count": {"description": "How many pages there are."},
        "total_count": {"description": "How many contracts there are on all pages."},
    },
    "ProblemDetails": {
        "type": {"description": "An address that names the kind of problem."},
        "title": {"description": "What the status means."},
        "status": {"description": "The HTTP status once more."},
        "detail": {"description": "What is wrong with this request."},
        "instance": {"description": "The path that was asked."},
    },
}


def schemas() -> dict[str, Schema]:
    """All schemas by name. A contract that is handed in may lack its ``id``, which is FIAM's."""
    found = schemas_of(
        [TokenReply, Contract, ContractPage, Validate, Validated, ProblemDetails], _MEMBERS, {}
    )
    contract = found["Contract"]
    required = [name for name in contract["required"] if name != "id"]
    new = {**contract, "description": "A consent to be kept.", "required": required}
    return {**found, "NewContract": new, "TokenRequest": _token_request()}


def token_request() -> Examples:
    """The form by which a party asks for a token."""
    return {
        "by assertion": {
            "value": {
                "grant_type": "client_credentials",
                "scope": SCOPE,
                "client_id": OURSELVES.id,
                "client_assertion_type": CLIENT_ASSERTION_TYPE,
                "client_assertion": _ASSERTION,
            }
        }
    }


def token_replies() -> Examples:
    """What a granted token looks like."""
    return named(granted=TokenReply("eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "Bearer", 3600))


def new_contract(environment: Environment) -> Examples:
    """A contract that Eneco asks for."""
    members = msgspec.to_builtins(contract(environment))
    return {"asked": {"value": {name: each for name, each in members.items() if name != "id"}}}


def contracts(environment: Environment) -> Examples:
    """One contract."""
    return named(one=contract(environment))


def contract_pages(environment: Environment) -> Examples:
    """Pages of contracts."""
    one = contract(environment)
    return named(
        found=ContractPage(page=1, size=100, page_count=1, total_count=1, records=[one]),
        none=ContractPage(page=1, size=100, page_count=0, total_count=0, records=[]),
    )


def questions(environment: Environment) -> Examples:
    """What Eneco asks before it answers."""
    asked = contract(environment)
    return named(
        usages=Validate(
            data_owner=asked.data_owner,
            data_consumer_token="eyJhbGciOiJSUzI1NiJ9.e30.c2ln",  # noqa: S106 - an example
            resource_type=asked.resource_type,
            resource_attribute=asked.resource_attribute,
            resource=asked.resource,
            action=asked.action,
        )
    )


def verdicts() -> Examples:
    """Whether it is allowed."""
    return named(allowed=Validated(allowed=True), not_allowed=Validated(allowed=False))


def contract(environment: Environment) -> Contract:
    """One of a data owner of ``environment`` with us."""
    return Contract(
        id=CONTRACT_ID,
        service_provider=ENECO.id,
        service_consumer=OURSELVES.id,
        data_owner=data_owners(environment)[0].id,
        start_date=date(2026, 1, 1).isoformat(),
        end_date=date(2029, 1, 1).isoformat(),
        resource_type=RESOURCE_TYPE,
        resource=RESOURCE,
        resource_attribute=ALL_ATTRIBUTES,
        action=ACTION,
    )


def _token_request() -> Schema:
    told: dict[str, Schema] = {
        "grant_type": {"enum": ["client_credentials"]},
        "scope": {"description": f"Must contain {SCOPE}.", "example": SCOPE},
        "client_id": {"description": "The party's identifier.", "example": OURSELVES.id},
        "client_assertion_type": {"enum": [CLIENT_ASSERTION_TYPE]},
        "client_assertion": {
            "description": "A JWT signed by RS256: iss and sub are client_id, aud is FIAM, with "
            "iat, exp (five minutes on at most, our reading) and a jti that was not used before; "
            "the certificate chain, the party's first, is in the header x5c."
        },
    }
    properties = {name: {"type": "string", **member} for name, member in told.items()}
    return {
        "type": "object",
        "description": "Client credentials by assertion.",
        "properties": properties,
        "required": list(properties),
    }
