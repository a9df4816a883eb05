"""X.509 certificates and keys: reading them, signing with them, judging them by Fluvius' policy.

Whoever holds a certificate (the client) and whoever registers it (the emulator) judge it by the
same rules.
"""

from kwartier.certificates.certificate import (
    Certificate,
    load_certificate,
    read_certificate,
    read_certificates,
)
from kwartier.certificates.policy import (
    LONGEST_LIFETIME,
    Finding,
    Rule,
    policy_findings,
    validity_finding,
)
from kwartier.certificates.private_key import belong_together, key_finding, read_private_key
from kwartier.certificates.trust import system_roots

__all__ = [
    "LONGEST_LIFETIME",
    "Certificate",
    "Finding",
    "Rule",
    "belong_together",
    "key_finding",
    "load_certificate",
    "policy_findings",
    "read_certificate",
    "read_certificates",
    "read_private_key",
    "system_roots",
    "validity_finding",
]
