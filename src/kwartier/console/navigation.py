"""What stands in the navigation of every page: the entries whose pages there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kwartier.office.users import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A link for who has the role."""

    path: str
    label: str
    role: Role = Role.VIEWER

    def is_here(self, path: str) -> bool:
        """Whether the page at ``path`` is this one or beneath it."""
        return path == self.path or path.startswith(self.path + "/")


_ENTRIES: Final = (
    Entry("/customers", "Customers"),
    Entry("/work", "Work list"),
    Entry("/runs", "Runs"),
    Entry("/holds", "Held back"),
    Entry("/receipts", "Receipts", Role.PRIVACY_OFFICER),
    Entry("/access", "Access log", Role.PRIVACY_OFFICER),
    Entry("/users", "Users", Role.PRIVACY_OFFICER),
)


def navigation(paths: Iterable[str]) -> tuple[Entry, ...]:
    """The entries that lead to one of the console's own ``paths``, in order."""
    known = set(paths)
    return tuple(one for one in _ENTRIES if one.path in known)
