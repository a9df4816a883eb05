"""Error replies become errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from kwartier.fluvius import (
    AuthenticationError,
    DecodeError,
    FluviusAPIError,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
    is_transient,
)
from kwartier.fluvius.entra import read_token
from kwartier.fluvius.refusals import refusal
from kwartier.fluvius.replies import read_energy_reply, read_mandate_list, read_mandates
from kwartier.transport import BrokenReplyError, Reply

DATE = "Wed, 08 Jan 2025 09:15:00 GMT"
AT = datetime(2025, 1, 8, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind", "transient"),
    [
        (400, ValidationError, False),
        (401, AuthenticationError, False),
        (403, ForbiddenError, False),
        (404, NotFoundError, False),
        (429, RateLimitError, True),
        (500, ServerError, True),
        (502, ServerError, True),
        (503, ServiceUnavailableError, True),
        (302, FluviusAPIError, False),
        (418, FluviusAPIError, False),
        (799, ServerError, True),
    ],
)
def test_the_status_decides_the_kind(
    status: int, kind: type[FluviusAPIError], transient: bool
) -> None:
    error = refusal(Reply(status=status, body=b"<html>"))
    assert type(error) is kind
    assert error.status == status
    assert is_transient(error) is transient


DOCUMENTED = [
    (400, "AppValidationException", "ModelValidation.Failed", ValidationError, "correct"),
    (400, "AppValidationException", "RequestModelValidation.Failed", ValidationError, "correct"),
    (404, "MandatesNotFoundException", "Mandates.NotFound", NotFoundError, "list_mandates"),
    (500, "MissingRequestContextException", "RequestContext.Missing", ServerError, "key"),
    (500, "ClientSessionCreationException", "ClientSession.CreateFailed", ServerError, "later"),
    (503, "MarketResourceUnavailableException", "DependentResource.Market.Unavailable",
     ServiceUnavailableError, "later"),
    (503, "MandateResourceUnavailableException", "DependentResource.Mandate.Unavailable",
     ServiceUnavailableError, "later"),
    (503, "MeasurementResourceUnavailableException", "DependentResource.Measurement.Unavailable",
     ServiceUnavailableError, "later"),
]  # fmt: skip


@pytest.mark.parametrize("casing", [str, lambda name: name[0].lower() + name[1:], str.upper])
@pytest.mark.parametrize(("status", "type_", "code", "kind", "advice"), DOCUMENTED)
def test_every_documented_error_is_told_whole(
    status: int,
    type_: str,
    code: str,
    kind: type[FluviusAPIError],
    advice: str,
    casing: Callable[[str], str],
) -> None:
    told: dict[str, object] = {"Type": type_, "Code": code, "Message": "What happened."}
    rules = ["Parameter 'ean' must contain 18 digits.", "Property 'flow' is mandatory."]
    if kind is ValidationError:
        told |= {"ValidationErrorMessages": rules}
    body = msgspec.json.encode({casing(name): value for name, value in told.items()})
    error = refusal(Reply(status=status, body=body))
    assert type(error) is kind
    assert (error.status, error.type, error.code) == (status, type_, code)
    assert error.validation_errors == (rules if kind is ValidationError else [])
    for part in (str(status), code, advice, *(error.validation_errors or ["What happened."])):
        assert part in str(error)
    assert error.message == str(error)


@pytest.mark.parametrize(
    ("status", "said", "kind", "advice"),
    [
        (401, "Access denied due to missing subscription key.", AuthenticationError, "key"),
        (401, "Access denied due to invalid subscription key.", AuthenticationError, "key"),
        (403, "Out of call volume quota.", ForbiddenError, "ask Fluvius"),
        (404, "Resource not found", NotFoundError, "base URL"),
        (429, "Rate limit is exceeded. Try again in 5 seconds.", RateLimitError, "less often"),
        (500, "Internal server error", ServerError, "later"),
    ],
)
def test_the_gateways_own_body(
    status: int, said: str, kind: type[FluviusAPIError], advice: str
) -> None:
    body = msgspec.json.encode({"statusCode": status, "message": said})
    error = refusal(Reply(status=status, body=body))
    assert type(error) is kind
    assert (error.code, error.type, error.validation_errors) == (None, None, [])
    assert said in str(error)
    assert advice in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b'{"Type":"T","Code":"C","Message":"M","ValidationErrorMessages":["a","b"]}',
        b'{"type":"T","code":"C","message":"M","validationErrorMessages":["a","b"]}',
    ],
)
def test_a_body_in_either_casing(body: bytes) -> None:
    error = refusal(Reply(status=400, body=body))
    assert (error.type, error.code, error.validation_errors) == ("T", "C", ["a", "b"])
    assert "a; b" in str(error)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[1]", b"\xff", b'{"Message":null,"ValidationErrorMessages":"x"}']
)
def test_a_body_that_says_nothing(body: bytes) -> None:
    error = refusal(Reply(status=400, body=body))
    assert "no reason given" in str(error)
    assert error.validation_errors == []


def test_metering_points_are_masked() -> None:
    rule = b"EAN 541440110000000001 is unknown."
    error = refusal(Reply(status=400, body=b'{"ValidationErrorMessages":["%s"]}' % rule))
    assert "541440110000000001" not in f"{error} {error.validation_errors}"
    assert "ean:" in str(error)


def token_refusal(code: int, status: int = 401) -> Reply:
    body = {
        "error": "invalid_client",
        "error_description": f"AADSTS{code}: Refused.\r\nTrace ID: 1",
        "error_codes": [code],
    }
    return Reply(status=status, body=msgspec.json.encode(body))


@pytest.mark.parametrize(
    ("code", "advice"),
    [(7000215, "client secret"), (700016, "client ID"), (90002, "tenant"), (1, "check")],
)
def test_a_refused_token_says_what_to_do(code: int, advice: str) -> None:
    with pytest.raises(AuthenticationError, match=advice) as caught:
        read_token(token_refusal(code))
    assert caught.value.code == f"AADSTS{code}"
    assert "Trace" not in str(caught.value)


def test_a_token_endpoint_out_of_order() -> None:
    with pytest.raises(ServiceUnavailableError, match="Entra"):
        read_token(token_refusal(50001, status=503))
    with pytest.raises(NotFoundError, match="Entra"):
        read_token(Reply(status=404, body=b"<html>"))


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"token_type":"Bearer","expires_in":0,"ext_expires_in":0,"access_token":"x"}'],
)
def test_a_grant_without_a_usable_token_is_a_broken_reply(body: bytes) -> None:
    with pytest.raises(BrokenReplyError):
        read_token(Reply(status=200, body=body))


@pytest.mark.parametrize(
    ("meta", "headers", "fetched_at"),
    [
        ('{"fetchTime":"2025-01-08T10:15:00+01:00"}', {}, AT),
        ('{"fetchTime":"2025-01-08T09:15:00Z"}', {"date": "nonsense"}, AT),
        ('{"fetchTime":"soon"}', {"date": DATE}, AT),
        ('{"fetchTime":"2025-01-08T09:15:00"}', {"date": DATE}, AT),
        ("{}", {"date": DATE}, AT),
        ("null", {"date": DATE}, AT),
    ],
)
def test_the_time_of_a_reply_is_the_providers(
    meta: str, headers: dict[str, str], fetched_at: datetime
) -> None:
    body = b'{"data":{"headpoint":null},"_meta":' + meta.encode() + b"}"
    reply = read_energy_reply(Reply(status=200, headers=headers, body=body))
    assert (reply.body, reply.fetched_at) == (body, fetched_at)


def test_a_reply_of_no_known_time_is_broken() -> None:
    with pytest.raises(BrokenReplyError, match="time"):
        read_energy_reply(Reply(status=200, body=b'{"data":{}}'))


@pytest.mark.parametrize("body", [b'{"data":{"headpoint":{"ean":"1"', b"", b'{"data":{}}}'])
def test_a_body_cut_short_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenReplyError):
        read_energy_reply(Reply(status=200, headers={"date": DATE}, body=body))


def test_a_whole_body_of_another_kind_is_no_reason_to_ask_again() -> None:
    with pytest.raises(DecodeError):
        read_mandates(Reply(status=200, body=b'{"data":{"mandates":3}}'))


def test_mandates_tell_their_time_whether_stated_or_not() -> None:
    response = read_mandates(
        Reply(status=200, headers={"date": DATE}, body=b'{"data":{"mandates":[{"status":"New"}]}}')
    )
    assert response.meta is not None
    assert response.meta.fetch_time == AT
    assert [str(mandate.status) for mandate in response.data.mandates] == ["New"]


def test_no_mandate_is_an_empty_list_but_no_such_address_is_an_error() -> None:
    none = Reply(status=404, headers={"date": DATE}, body=b'{"Code":"Mandates.NotFound"}')
    assert read_mandate_list(none).mandates == ()
    assert read_mandate_list(none).fetched_at == AT
    with pytest.raises(NotFoundError):
        read_mandate_list(Reply(status=404, headers={"date": DATE}, body=b"<html>"))
