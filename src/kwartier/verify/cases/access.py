"""Who is let in: subscription key and access token."""

from __future__ import annotations

from typing import Final

from kwartier.transport import Call, Reply
from kwartier.verify import seen
from kwartier.verify.case import GATEWAY, OPENAPI, documented, reading
from kwartier.verify.lab import Lab

WRONG: Final = "kwartier-verify-wrong-on-purpose"
KEY: Final = "Ocp-Apim-Subscription-Key"


def _knock(lab: Lab, note: str, *, key: str | None, token: str | None) -> Reply:
    """Ask for the mandates of a reference of our own with other than the right credentials."""
    headers = {"Accept": "application/json"}
    if key is not None:
        headers[KEY] = key
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    query = {"referenceNumber": lab.own.reference()}
    call = Call(method="GET", url=lab.line.base_url + "/api/mandate", query=query, headers=headers)
    return lab.line.bare(call, note=note)


def _without_key(lab: Lab) -> Reply:
    return _knock(lab, "no subscription key", key=None, token=lab.line.token())


def _unknown_key(lab: Lab) -> Reply:
    return _knock(lab, "an unknown subscription key", key=WRONG, token=lab.line.token())


def _without_token(lab: Lab) -> Reply:
    return _knock(lab, "no access token", key=lab.line.headers()[KEY], token=None)


def _unknown_token(lab: Lab) -> Reply:
    return _knock(lab, "a made-up access token", key=lab.line.headers()[KEY], token=WRONG)


def _let_in(lab: Lab) -> str:
    reply = lab.mandates(lab.own.reference())
    return seen.outcome(reply) if reply.status in (401, 403) else "let in"


def _unknown_path(lab: Lab) -> str:
    return seen.outcome(lab.line.get("/api/kwartier-verify", {}))


CASES: Final = (
    documented(
        "no-subscription-key",
        "without a subscription key nobody is let in",
        seen.refused(401),
        lambda lab: seen.outcome(_without_key(lab)),
        source=GATEWAY,
    ),
    documented(
        "no-subscription-key-body",
        "without a subscription key the gateway answers with these members",
        "message, statuscode",
        lambda lab: seen.listed(seen.problem(_without_key(lab))),
        source=GATEWAY,
    ),
    documented(
        "unknown-subscription-key",
        "with an unknown subscription key nobody is let in",
        seen.refused(401),
        lambda lab: seen.outcome(_unknown_key(lab)),
        source=GATEWAY,
    ),
    documented(
        "no-access-token",
        "without an access token nobody is let in",
        seen.refused(401),
        lambda lab: seen.outcome(_without_token(lab)),
        source=OPENAPI,
    ),
    documented(
        "unknown-access-token",
        "with a made-up access token nobody is let in",
        seen.refused(401),
        lambda lab: seen.outcome(_unknown_token(lab)),
        source=OPENAPI,
    ),
    reading(
        "no-access-token-body",
        "a refused token gets the gateway's members, not the API's",
        "message, statuscode",
        lambda lab: seen.listed(seen.problem(_without_token(lab))),
    ),
    reading(
        "no-tls-client-certificate",
        "no TLS client certificate is asked for",
        "let in",
        _let_in,
    ),
    reading(
        "unknown-path",
        "an address that is none is answered 404",
        seen.refused(404),
        _unknown_path,
    ),
)
