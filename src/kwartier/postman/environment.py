"""What Postman needs to sign in, and examples to ask for: one environment of Postman's a service.

The certificate's private key stays where it is. Postman and newman can sign nothing with RSA by
what both bring along, and an environment that Postman may copy to its servers is no place for a
key: what goes in is an assertion, signed here, that is soon worth nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from kwartier import __version__
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.fluvius.environment import Endpoints
from kwartier.vocabulary.arguments import wire_time
from kwartier.vocabulary.energy import ELECTRICITY
from kwartier.vocabulary.local_time import Month, day_of, day_start

ASSERTION_LIFETIME: Final = timedelta(hours=1)
"""Long enough to import the file and to begin; the token that it buys lives as long again."""

MADE_BY: Final = "kwartier "
"""What the name of the program that wrote an environment begins with, if it was ours."""

_SANDBOX_EANS: Final = {
    "ean": "541440110000000001",
    "gasEan": "541441010000000001",
    "headpointEan": "541450112000000001",
}
_REFERENCE_NUMBER: Final = "POSTMAN-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmanEnvironment:
    """``values`` are shown, ``secrets`` masked; ``assertion_ends`` is None where it signs in by
    secret.
    """

    name: str
    values: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    assertion_ends: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """As Postman imports it. The identifier follows from the name, so that a fresh one
        replaces the one before.
        """
        return {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"kwartier:postman:{self.name}")),
            "name": self.name,
            "values": [
                {"key": key, "value": value, "type": kind, "enabled": True}
                for kind, values in (("default", self.values), ("secret", self.secrets))
                for key, value in values.items()
            ],
            "_postman_variable_scope": "environment",
            "_postman_exported_using": f"{MADE_BY}{__version__}",
        }


def environment_for(
    chosen: Environment,
    credentials: FluviusCredentials,
    endpoints: Endpoints,
    *,
    now: datetime,
    real_now: datetime,
) -> PostmanEnvironment:
    """The environment of ``chosen`` for these credentials.

    ``now`` is the service's time, by which the examples' periods are chosen; ``real_now`` the
    real one, by which assertions live. Signs in by secret where there is one, otherwise by the
    certificate. Raises :class:`ConfigurationError` when the certificate cannot be used.
    """
    signing_in, assertion_ends = _signing_in(credentials, endpoints, real_now)
    values = {
        "baseUrl": endpoints.base_url,
        "tokenUrl": endpoints.token_url,
        "portalUrl": endpoints.portal_url,
        "clientId": credentials.client_id,
        "scope": credentials.scope,
        "dataAccessContractNumber": credentials.data_access_contract_number or "",
        **_examples(chosen, now),
        "consentUrl": "",
        "accessTokenEnds": "",
    }
    if assertion_ends is not None:
        values["clientAssertionEnds"] = wire_time(assertion_ends)
    return PostmanEnvironment(
        name=_name(chosen, endpoints),
        values=values,
        secrets={
            "subscriptionKey": credentials.subscription_key,
            **signing_in,
            "accessToken": "",
        },
        assertion_ends=assertion_ends,
    )


def _signing_in(
    credentials: FluviusCredentials, endpoints: Endpoints, now: datetime
) -> tuple[dict[str, str], datetime | None]:
    if credentials.client_secret:
        return {"clientSecret": credentials.client_secret}, None
    # Whoever signs in with a secret need not wait for the cryptography.
    from kwartier.fluvius.assertion import client_assertion

    # The present certificate for as long as it is valid: Fluvius surely knows that one.
    present = credentials.signing_keys().valid(now)[-1]
    assertion = client_assertion(
        present,
        client_id=credentials.client_id,
        audience=endpoints.token_url,
        now=now,
        lifetime=ASSERTION_LIFETIME,
    )
    return {"clientAssertion": assertion}, now + ASSERTION_LIFETIME


def _examples(chosen: Environment, now: datetime) -> dict[str, str]:
    """What to ask for: three days of the recent past, within a consent of a year and more.

    In production whose meters there are is not known; the requests for mandates fill that in.
    """
    today = day_of(now, ELECTRICITY)
    this_month = Month.of(today)

    def midnight(days: int) -> str:
        return wire_time(day_start(today + timedelta(days=days), ELECTRICITY))

    def month(months: int) -> str:
        return wire_time(this_month.plus(months).interval(ELECTRICITY).start)

    is_sandbox = chosen is Environment.SANDBOX
    return {
        "isSandbox": "true" if is_sandbox else "",
        "newReferenceNumber": _REFERENCE_NUMBER,
        "referenceNumber": _REFERENCE_NUMBER if is_sandbox else "",
        **(_SANDBOX_EANS if is_sandbox else dict.fromkeys(_SANDBOX_EANS, "")),
        "mandateExpirationDate": midnight(60) if is_sandbox else "",
        "lastUpdatedFrom": midnight(-30),
        "lastUpdatedTo": month(24),
        "dataPeriodFrom": month(-12),
        "dataPeriodTo": month(24),
        "energyFrom": midnight(-6),
        "energyTo": midnight(-3),
    }


def _name(chosen: Environment, endpoints: Endpoints) -> str:
    """Tells an emulator's from the real one: taking one for the other would be a pity."""
    own = Endpoints.of(chosen, tenant_id="any", variables={}).base_url
    where = "" if endpoints.base_url == own else f" at {urlsplit(endpoints.base_url).netloc}"
    return f"Fluvius {chosen.value}{where}"
