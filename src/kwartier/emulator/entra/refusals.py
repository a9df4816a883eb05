"""Microsoft Entra ID's refusals of a token: which error, which AADSTS code, which status.

Codes are Microsoft's. An ``invalid_client`` is answered 401, anything else 400: our reading.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from kwartier.wire.entra import TokenRefusal


class TokenRefused(Exception):  # noqa: N818 - an answer, not an error of the emulator's
    """A token is refused with OAuth's ``error`` and Microsoft's ``code``."""

    def __init__(self, error: str, code: int, text: str) -> None:
        super().__init__(code)
        self.error, self.code, self.text = error, code, text

    @property
    def status(self) -> int:
        """The HTTP status of the reply."""
        return 401 if self.error == "invalid_client" else 400

    def body(self, now: datetime) -> TokenRefusal:
        """The reply's body; ``now`` is the real time, as everything about tokens."""
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        return TokenRefusal(
            error=self.error,
            error_description=f"AADSTS{self.code}: {self.text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {now:%Y-%m-%d %H:%M:%SZ}",
            error_codes=[self.code],
            timestamp=f"{now:%Y-%m-%d %H:%M:%SZ}",
            trace_id=trace,
            correlation_id=correlation,
        )


def missing_parameter(name: str) -> TokenRefused:
    """The form lacks ``name``."""
    text = f"The request body must contain the following parameter: '{name}'."
    return TokenRefused("invalid_request", 900144, text)


def missing_claim(name: str) -> TokenRefused:
    """The assertion lacks ``name``."""
    text = f"The required field '{name}' is missing from the credential."
    return TokenRefused("invalid_request", 90014, text)


def malformed() -> TokenRefused:
    """The assertion is no JWT at all."""
    return TokenRefused("invalid_request", 50027, "JWT token is invalid or malformed.")


def bad_key(reason: str) -> TokenRefused:
    """The assertion is not signed by a registered certificate that is valid."""
    text = f"Client assertion contains an invalid signature. [Reason - {reason}]"
    return TokenRefused("invalid_client", 700027, text)
