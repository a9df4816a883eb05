"""The ID token: who somebody is, after all checks of OpenID Connect Core 1.0 (3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from kwartier.console.openid.errors import OpenIdError
from kwartier.office.users import Role
from kwartier.web.settings import WebSettings

_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
_LEEWAY: Final = timedelta(minutes=1)


class UnknownKeyError(OpenIdError):
    """The token is signed with a key that is not in the set: it may be newer than the set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the token must say."""

    issuer: str
    client_id: str
    nonce: str


def checked_claims(
    token: str, keys: KeySet, expected: Expected, *, at: datetime
) -> Mapping[str, Any]:
    """The claims of a token that was signed with one of ``keys``. OpenIdError for any other."""
    try:
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
    except InvalidKeyIdError as error:
        raise UnknownKeyError("the ID token is signed with a key that is not known") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        why = type(error).__name__
        raise OpenIdError(f"the ID token cannot be verified ({why})") from None
    _check(claims, expected, at)
    return claims


def role_of(claims: Mapping[str, Any], settings: WebSettings) -> Role | None:
    """What somebody may do by the claim that is configured; None: nothing."""
    said = claims.get(settings.oidc_claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    for value, role in _mapping(settings).items():
        if value in values:
            return role
    return None


def has_mapping(settings: WebSettings) -> bool:
    """Whether a claim says what colleagues may do; else the list of users does."""
    return bool(_mapping(settings))


def name_of(claims: Mapping[str, Any]) -> str:
    """What to call somebody."""
    for claim in ("preferred_username", "email", "name", "sub"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip() and said.isprintable():
            return said.strip()[:80]
    return "somebody"


def _mapping(settings: WebSettings) -> dict[str, Role]:
    """Where several values match, the first of these counts."""
    pairs = (
        (settings.oidc_privacy_officer, Role.PRIVACY_OFFICER),
        (settings.oidc_operator, Role.OPERATOR),
        (settings.oidc_viewer, Role.VIEWER),
    )
    return {value: role for value, role in pairs if value is not None}


def _check(claims: Mapping[str, Any], expected: Expected, at: datetime) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    nonce, subject = claims.get("nonce"), claims.get("sub")
    now, leeway = at.timestamp(), _LEEWAY.total_seconds()
    expires, issued, begins = (claims.get(name) for name in ("exp", "iat", "nbf"))
    rules = {
        "iss is not the issuer": claims.get("iss") == expected.issuer,
        "aud does not name this console": isinstance(audiences, list)
        and expected.client_id in audiences,
        "azp is another client": claims.get("azp", expected.client_id) == expected.client_id,
        "nonce is not the one that was sent": isinstance(nonce, str)
        and hmac.compare_digest(nonce.encode(), expected.nonce.encode()),
        "exp has passed": _is_number(expires) and now < float(expires or 0) + leeway,
        "iat lies in the future": _is_number(issued) and float(issued or 0) - leeway <= now,
        "nbf lies in the future": begins is None
        or (_is_number(begins) and float(begins) - leeway <= now),
        "sub is missing": isinstance(subject, str) and subject != "",
    }
    for broken, is_met in rules.items():
        if not is_met:
            raise OpenIdError(f"the ID token is refused: {broken}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
