"""The token endpoint (OAuth 2.0 client credentials)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import msgspec

from kwartier.transport import Call, Reply
from kwartier.verify import seen
from kwartier.verify.case import CLIENTS, ENTRA, CannotTry, Otherwise, documented, reading
from kwartier.verify.lab import Lab
from kwartier.wire.unreadable import UNREADABLE

UNKNOWN_APPLICATION: Final = "00000000-0000-4000-8000-6e6f626f6479"
WRONG_SECRET: Final = "kwartier-verify-wrong-on-purpose"  # noqa: S105 - opens nothing
REFUSAL_MEMBERS: Final = {
    "error",
    "error_description",
    "error_codes",
    "timestamp",
    "trace_id",
    "correlation_id",
}


def _form(lab: Lab) -> dict[str, str]:
    return dict(parse_qsl((lab.line.flow.token_call().body or b"").decode()))


def _ask(lab: Lab, note: str, form: dict[str, str], **changes: Any) -> Reply:
    call = replace(lab.line.flow.token_call(), body=urlencode(form).encode(), **changes)
    return lab.line.bare(call, note=note)


def _secret_form(lab: Lab) -> dict[str, str]:
    form = _form(lab)
    if "client_secret" not in form:
        raise CannotTry("it needs a client secret, and the sign-in here is by certificate")
    return form


def _granted(lab: Lab) -> Reply:
    return lab.line.bare(lab.line.flow.token_call(), note="as configured")


def _token_members(lab: Lab) -> str:
    return seen.listed(seen.content(_granted(lab)))


def _token_shape(lab: Lab) -> str:
    token = seen.member(seen.content(_granted(lab)), "access_token")
    parts = str(token).split(".")
    if len(parts) != 3 or not parts[2]:
        return "no signed JWT"
    try:
        payload = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload), type=dict[str, Any])
    except (*UNREADABLE, binascii.Error):
        return "a JWT that cannot be read"
    return "a signed JWT with exp" if "exp" in claims else "a signed JWT without exp"


def _other_path(lab: Lab) -> str:
    call = lab.line.flow.token_call()
    other = call.url.replace("/oauth2/v2.0/", "/oauth2/V2.0/")
    if other == call.url:
        raise CannotTry("the token address has no /oauth2/v2.0/ in it")
    return seen.outcome(lab.line.bare(replace(call, url=other), note="as configured"))


def _by_basic(lab: Lab) -> str:
    form = _secret_form(lab)
    pair = f"{quote_plus(form.pop('client_id'))}:{quote_plus(form.pop('client_secret'))}"
    headers = {
        **lab.line.flow.token_call().headers,
        "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
    }
    return seen.outcome(_ask(lab, "identifier and secret by HTTP Basic", form, headers=headers))


def _wrong_secret(lab: Lab) -> Reply:
    return _ask(lab, "a wrong secret", {**_secret_form(lab), "client_secret": WRONG_SECRET})


def _unknown_application(lab: Lab) -> Reply:
    form = {**_form(lab), "client_id": UNKNOWN_APPLICATION}
    return _ask(lab, "an unknown application", form)


def _without_credential(lab: Lab) -> Reply:
    kept = {"grant_type", "client_id", "scope"}
    form = {name: value for name, value in _form(lab).items() if name in kept}
    return _ask(lab, "without a credential", form)


def _why(reply: Reply) -> str:
    """The error's name and its first AADSTS number."""
    told = seen.problem(reply)
    if reply.is_success or "error" not in told:
        raise Otherwise(seen.outcome(reply))
    codes = told.get("error_codes")
    return f"{told['error']}, AADSTS{codes[0] if isinstance(codes, list) and codes else '?'}"


def _refusal_members(lab: Lab) -> str:
    reply = _without_credential(lab)
    if reply.is_success:
        raise Otherwise(seen.outcome(reply))
    missing = REFUSAL_MEMBERS - set(seen.problem(reply))
    return f"without {seen.listed(missing)}" if missing else "all of them"


def _discovery(lab: Lab) -> str:
    url = lab.line.token_url
    if not url.lower().endswith("/oauth2/v2.0/token"):
        raise CannotTry("the token address does not end in /oauth2/v2.0/token")
    tenant = url[: -len("/oauth2/v2.0/token")]
    address = f"{tenant}/v2.0/.well-known/openid-configuration"
    reply = lab.line.bare(Call(method="GET", url=address), note="")
    named = urlsplit(str(seen.member(seen.content(reply), "token_endpoint")))
    is_ours = named.path.lower() == urlsplit(url).path.lower()
    return "the token endpoint in use" if is_ours else "another token endpoint"


CASES: Final = (
    documented(
        "token-has-four-members",
        "a granted token comes with exactly these members",
        "access_token, expires_in, ext_expires_in, token_type",
        _token_members,
        source=ENTRA,
    ),
    documented(
        "token-is-a-jwt",
        "the access token is a signed JWT that says when it expires",
        "a signed JWT with exp",
        _token_shape,
        source=CLIENTS,
    ),
    documented(
        "token-path-any-case",
        "/oauth2/V2.0/token is the same address as /oauth2/v2.0/token",
        seen.ACCEPTED,
        _other_path,
        source=CLIENTS,
    ),
    documented(
        "token-by-http-basic",
        "identifier and secret may come by HTTP Basic",
        seen.ACCEPTED,
        _by_basic,
        source=CLIENTS,
    ),
    documented(
        "token-wrong-secret",
        "a wrong secret has this error and code",
        "invalid_client, AADSTS7000215",
        lambda lab: _why(_wrong_secret(lab)),
        source=ENTRA,
    ),
    reading(
        "token-wrong-secret-status",
        "a wrong secret is answered 401",
        seen.refused(401),
        lambda lab: seen.outcome(_wrong_secret(lab)),
    ),
    documented(
        "token-unknown-application",
        "an unknown application has this error and code",
        "unauthorized_client, AADSTS700016",
        lambda lab: _why(_unknown_application(lab)),
        source=ENTRA,
    ),
    reading(
        "token-unknown-application-status",
        "an unknown application is answered 400",
        seen.refused(400),
        lambda lab: seen.outcome(_unknown_application(lab)),
    ),
    documented(
        "token-without-credential",
        "a request without a credential has this error and code",
        "invalid_client, AADSTS7000218",
        lambda lab: _why(_without_credential(lab)),
        source=ENTRA,
    ),
    reading(
        "token-without-credential-status",
        "a request without a credential is answered 401",
        seen.refused(401),
        lambda lab: seen.outcome(_without_credential(lab)),
    ),
    documented(
        "token-refusal-members",
        "a refusal has error, error_description, error_codes, timestamp, trace_id, correlation_id",
        "all of them",
        _refusal_members,
        source=ENTRA,
    ),
    documented(
        "token-discovery",
        "the tenant's openid-configuration names the token endpoint",
        "the token endpoint in use",
        _discovery,
        source=ENTRA,
    ),
)
