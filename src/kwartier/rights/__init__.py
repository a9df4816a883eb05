"""What people may ask of whoever holds their data: all that is held of them, and where it came
from.

Everything here is told per customer and period, never per bare EAN: after a change of grid user
one metering point has two customers, and neither may see what is the other's.
"""

from kwartier.rights.account import Account, open_account
from kwartier.rights.explained import Explained, explain_at
from kwartier.rights.folder import Disclosed, disclose
from kwartier.rights.peak import explain_peak
from kwartier.rights.whose import Claim, Whose

__all__ = [
    "Account",
    "Claim",
    "Disclosed",
    "Explained",
    "Whose",
    "disclose",
    "explain_at",
    "explain_peak",
    "open_account",
]
