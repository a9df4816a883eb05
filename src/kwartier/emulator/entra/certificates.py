"""The certificates that the emulated provider has handed in, by which it may sign in.

Any number may be registered at once, so that one can replace another without a gap.
"""

from __future__ import annotations

from datetime import datetime

from kwartier.certificates import Certificate, Finding, policy_findings
from kwartier.emulator.entra.authority import authority


class RegisteredCertificates:
    """Certificates by thumbprint; in memory, as the authority that issued the first."""

    def __init__(self, *certificates: Certificate) -> None:
        self._held = {each.sha1: each for each in certificates}

    def register(self, certificate: Certificate, *, now: datetime) -> list[Finding]:
        """Add ``certificate`` if it keeps Fluvius' policy; returns the rules that it breaks.

        One that has expired, or is not valid yet, is taken: it is signing in that fails then.
        """
        found = policy_findings(certificate, now=now, roots=[authority().root])
        broken = [each for each in found if each.is_kept is False]
        if not broken:
            self._held[certificate.sha1] = certificate
        return broken

    def remove(self, thumbprint: str) -> bool:
        """Forget one, by SHA-1 or SHA-256 in hexadecimal digits; whether there was one."""
        found = [each for each in self.all() if thumbprint.upper() in (each.sha1, each.sha256)]
        for each in found:
            del self._held[each.sha1]
        return bool(found)

    def all(self) -> list[Certificate]:
        """All of them, the oldest registration first."""
        return list(self._held.values())

    def find(self, *, sha1: bytes | None, sha256: bytes | None) -> Certificate | None:
        """The one that has all the digests given; None if there is none, or none is given."""
        if sha1 is None and sha256 is None:
            return None
        for each in self.all():
            if (sha1 is None or sha1.hex().upper() == each.sha1) and (
                sha256 is None or sha256.hex().upper() == each.sha256
            ):
                return each
        return None
