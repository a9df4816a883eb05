"""The whole collection: the same for everybody, and without a single secret.

Every value that differs between providers or environments is a variable; the environment files
hold them. A folder a version of the API.
"""

from __future__ import annotations

from typing import Any, Final

from kwartier.postman import energy, mandates, mock_mandates, short_urls, sign_in
from kwartier.postman.format import BEARER, SCHEMA, before, folder

_DESCRIPTION: Final = """\
Fluvius' ESCO API v3: short URLs for consent, mandates, energy, and the sandbox's made-up mandates.

Choose an environment that `kwartier postman` made. Before each request a script takes a token,
keeps it in the environment and uses it again until shortly before it ends. Every request checks
its reply: status, shape, and whether it is what was asked for.

Send a folder from top to bottom, or the whole collection: later requests use what earlier ones
found. What an environment cannot do is passed over, and the console says why.
"""


def collection() -> dict[str, Any]:
    """The collection in Postman's format v2.1.0, ready to be written as JSON."""
    api = folder(
        "API v3",
        "The ESCO API, version 3.",
        short_urls.requests(),
        mock_mandates.requests(),
        mandates.requests(),
        energy.requests(),
    )
    return {
        "info": {
            "_postman_id": "6b776172-7469-4572-8000-706f73746d61",
            "name": "Fluvius ESCO API (kwartier)",
            "description": _DESCRIPTION,
            "schema": SCHEMA,
        },
        "item": [sign_in.requests(), api],
        "auth": BEARER,
        "event": [before("have_token")],
    }
