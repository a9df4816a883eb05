"""Signing in by certificate over raw HTTP: asking for a token, and handing a certificate in."""

from __future__ import annotations

from kwartier.emulator.thread import EmulatorThread
from support.assertions import BEARER
from support.esco import Answer, ask_token, send


def present(env: dict[str, str], assertion: str, **changes: str | None) -> Answer:
    """Ask for a token with ``assertion``."""
    form: dict[str, str | None] = {
        "client_secret": None,
        "client_assertion_type": BEARER,
        "client_assertion": assertion,
        **changes,
    }
    return ask_token(env, **form)


def check_refusal(answer: Answer, code: int) -> None:
    body = answer.json
    is_request = code in (90014, 50027, 900144) and body["error"] == "invalid_request"
    assert body["error_codes"] == [code]
    assert body["error"] == ("invalid_request" if is_request else "invalid_client")
    assert answer.status == (400 if is_request else 401)
    assert body["error_description"].startswith(f"AADSTS{code}: ")


def register(emulator: EmulatorThread, content: bytes) -> Answer:
    return send(f"{emulator.url}/_emulator/certificates", "POST", content=content)
