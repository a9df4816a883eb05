"""The one energy service provider that the emulator knows: fixed values, evidently emulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kwartier.vocabulary.emulated_time import EmulatedTime

TENANT_ID: Final = "00000000-0000-4000-8000-00656d756c61"
CLIENT_ID: Final = "00000000-0000-4000-8000-636c69656e74"
API_ID: Final = "00000000-0000-4000-8000-000000657363"
CLIENT_SECRET: Final = "emulated-client-secret"  # noqa: S105 - emulated, opens nothing
SUBSCRIPTION_KEY: Final = "emulated-subscription-key"
CONTRACT_NUMBER: Final = "EMULATED-CONTRACT-1"

ENECO_API_KEY: Final = "emulated-eneco-key-production"
ENECO_ACCEPTANCE_API_KEY: Final = "emulated-eneco-key-acceptance"
FIAM_CLIENT_ID: Final = "EU.EORI.NLEMULATED-ESP"

AUDIENCE: Final = f"api://{API_ID}"
SCOPE: Final = f"{AUDIENCE}/.default"


def environment(url: str, clock: EmulatedTime, files: Mapping[str, str]) -> dict[str, str]:
    """What a client needs to find the emulator at ``url``, as environment variables.

    ``files`` are those that name files: certificates and keys.
    ``KWARTIER_SANDBOX`` lets the commands ask the sandbox, ``KWARTIER_CLOCK`` lets them follow
    the emulated time; it is left out when that is the real one.
    """
    variables = {
        "FLUVIUS_BASE_URL": f"{url}/esco-live/v3",
        "FLUVIUS_SANDBOX_BASE_URL": f"{url}/esco-sbx/v3",
        "FLUVIUS_TOKEN_URL": f"{url}/{TENANT_ID}/oauth2/v2.0/token",
        "FLUVIUS_PORTAL_URL": f"{url}/verbruik/dienstverlener",
        "FLUVIUS_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
        "FLUVIUS_CLIENT_ID": CLIENT_ID,
        "FLUVIUS_TENANT_ID": TENANT_ID,
        "FLUVIUS_SCOPE": SCOPE,
        "FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER": CONTRACT_NUMBER,
        "FLUVIUS_SANDBOX_CLIENT_SECRET": CLIENT_SECRET,
        "ENECO_BASE_URL": f"{url}/eneco-prd",
        "ENECO_API_KEY": ENECO_API_KEY,
        "ENECO_ACCEPTANCE_BASE_URL": f"{url}/eneco-acc",
        "ENECO_ACCEPTANCE_API_KEY": ENECO_ACCEPTANCE_API_KEY,
        "FIAM_BASE_URL": f"{url}/fiam",
        "FIAM_ACCEPTANCE_BASE_URL": f"{url}/fiam-acc",
        "FIAM_PORTAL_URL": f"{url}/fiam/consent",
        "FIAM_ACCEPTANCE_PORTAL_URL": f"{url}/fiam-acc/consent",
        "FIAM_CLIENT_ID": FIAM_CLIENT_ID,
        **files,
        "KWARTIER_SANDBOX": "1",
    }
    return variables if clock.is_real else {**variables, "KWARTIER_CLOCK": str(clock)}
