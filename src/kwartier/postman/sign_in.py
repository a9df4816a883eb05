"""Tokens of Microsoft Entra ID: by client secret, and by certificate."""

from __future__ import annotations

from typing import Final

from kwartier.postman.format import Item, after, before, folder, post_form
from kwartier.wire.entra import CLIENT_ASSERTION_TYPE

_COMMON: Final = {
    "grant_type": "client_credentials",
    "client_id": "{{clientId}}",
    "scope": "{{scope}}",
}


def requests() -> Item:
    """Both ways to a token; each is passed over where the environment lacks what it needs."""
    return folder(
        "Sign in",
        "All other requests sign in by themselves; these show how, and take a fresh token. By "
        "secret where the environment has a clientSecret (sandbox), by certificate where it has a "
        "clientAssertion (production).",
        post_form(
            "Token by client secret",
            "The sandbox's way: OAuth 2.0 client credentials with a secret.",
            "{{tokenUrl}}",
            {**_COMMON, "client_secret": "{{clientSecret}}"},
            events=[before("only_with", needed="clientSecret"), after("token_reply")],
        ),
        post_form(
            "Token by certificate",
            "The live service's way: a client assertion (RFC 7523), signed with the certificate's "
            "key. `kwartier postman` signs it, so that the key itself never comes here. It is good "
            "for an hour, and perhaps for one token only: the command makes a fresh one.",
            "{{tokenUrl}}",
            {
                **_COMMON,
                "client_assertion_type": CLIENT_ASSERTION_TYPE,
                "client_assertion": "{{clientAssertion}}",
            },
            events=[before("only_with", needed="clientAssertion"), after("token_reply")],
        ),
    )
