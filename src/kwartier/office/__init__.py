"""What the provider's own people and pages keep beside the store: invitations, users and their
sessions, API keys, who looked at whose data, how syncs went, which alerts were sent.

It is a file of its own because it is written with every click, while a commit into the store may
hold that one for seconds. A module a table group; no measurement is ever in it.
"""

from kwartier.office.errors import OfficeError
from kwartier.office.file import Office, office_of, open_office

__all__ = ["Office", "OfficeError", "office_of", "open_office"]
