"""Error replies, in both shapes, become errors that say what to do."""

from __future__ import annotations

import msgspec
import pytest

from kwartier.eneco import (
    AuthenticationError,
    EnecoAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
    is_transient,
)
from kwartier.eneco.refusals import fiam_refusal, refusal, sandbox_refusal
from kwartier.transport import Reply
from kwartier.wire.eneco import Error, ErrorReply, ProblemDetails

OWNER = "0C0FFEE0-1234-4abc-8def-001122334455"


@pytest.mark.parametrize(
    ("status", "kind", "transient", "advice"),
    [
        (400, ValidationError, False, "end_date must not lie in the future"),
        (401, AuthenticationError, False, "API key is missing or not this environment's"),
        (403, ForbiddenError, False, "no active contract for this data owner"),
        (404, NotFoundError, False, "no such data owner"),
        (415, ValidationError, False, "application/json"),
        (429, RateLimitError, True, "ask less often"),
        (500, ServerError, True, "try again later"),
        (502, ServerError, True, "no reason given"),
        (503, ServiceUnavailableError, True, "try again later"),
        (302, EnecoAPIError, False, "no reason given"),
        (799, ServerError, True, "unknown status"),
    ],
)
def test_the_status_decides_the_kind_and_the_advice(
    status: int, kind: type[EnecoAPIError], transient: bool, advice: str
) -> None:
    error = refusal(Reply(status=status, body=b"<html>"))

    assert type(error) is kind
    assert (error.status, is_transient(error)) == (status, transient)
    assert f"Eneco answered {status} " in str(error)
    assert advice in str(error)


def test_a_wrong_consumer_is_not_told_of_dates() -> None:
    said = str(sandbox_refusal(Reply(status=400, body=b"{}")))
    assert "consumer_id must be one that list_consumers names" in said
    assert "end_date" not in said
    assert "no such data owner" in str(sandbox_refusal(Reply(status=404, body=b"{}")))


def test_who_is_not_let_in_is_told_which_variable_to_look_at() -> None:
    said = str(refusal(Reply(status=401, body=b"{}")))
    assert "ENECO_API_KEY, in acceptance ENECO_ACCEPTANCE_API_KEY" in said


def test_problem_details_are_told() -> None:
    body = msgspec.json.encode(
        ProblemDetails(title="Forbidden", status=403, detail="No contract.", instance=f"/{OWNER}")
    )
    error = refusal(Reply(status=403, body=body))

    assert "Eneco answered 403 Forbidden: No contract. (" in str(error)
    assert error.code is None


def test_error_replies_are_told() -> None:
    errors = [Error(code="TooMany", message="Slow down."), Error(code="B", message="Really.")]
    body = msgspec.json.encode(ErrorReply(errors=errors))
    error = refusal(Reply(status=429, body=body))

    assert "429 Too Many Requests: Slow down.; Really. [TooMany] (ask less often" in str(error)
    assert error.code == "TooMany"


@pytest.mark.parametrize("owner", [OWNER, OWNER.lower(), OWNER.replace("-", "")])
def test_a_data_owner_is_never_told(owner: str) -> None:
    for body in (
        {"title": "Not found", "detail": f"Owner {owner} is unknown."},
        {"errors": [{"code": owner, "message": f"dataOwnerId={owner}"}]},
        {"message": f"x {owner}"},
    ):
        error = refusal(Reply(status=404, body=msgspec.json.encode(body)))
        assert owner not in str(error) + str(error.code)
        assert "ean:" in str(error)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"errors": 5}', b'{"errors": [5, {}]}', b'{"detail": null}', b"\xff"],
)
def test_any_body_will_do(body: bytes) -> None:
    assert "no reason given" in str(refusal(Reply(status=400, body=body)))


@pytest.mark.parametrize(
    ("status", "kind", "advice"),
    [
        (400, ValidationError, "party identifier"),
        (401, AuthenticationError, "holds the whole chain"),
        (403, ForbiddenError, "ask KPN"),
        (404, NotFoundError, "no such contract"),
        (500, ServerError, "try again later"),
    ],
)
def test_fiam_has_advice_of_its_own(status: int, kind: type[EnecoAPIError], advice: str) -> None:
    error = fiam_refusal(Reply(status=status, body=b'{"Title": "Nope"}'))

    assert type(error) is kind
    assert f"KPN FIAM answered {status} " in str(error)
    assert ": Nope (" in str(error)
    assert advice in str(error)
