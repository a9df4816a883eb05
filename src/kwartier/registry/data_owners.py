"""Data owners: the people whose heat Eneco delivers, and where.

A data owner is the reference number, of Eneco, under which a customer's contracts are found, and
the metering point of its data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from uuid import UUID

from kwartier.errors import InputError


def check_data_owner(text: str, field: str = "data_owner") -> str:
    """The identifier of a data owner in lower case; raise :class:`InputError` for what is no
    UUID.
    """
    bare = text.strip().lower()
    try:
        is_one = str(UUID(bare)) == bare
    except ValueError:
        is_one = False
    if not is_one:
        example = "such as 00000000-0000-4000-8000-000000000000"
        raise InputError(field, "must be a UUID with its hyphens", example)
    return bare


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeliveryAddress:
    """Where heat is delivered to, as Eneco words it: personal data, so it hides in ``repr``."""

    street: str | None = None
    house_number: str | None = None
    house_number_addition: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None

    def __repr__(self) -> str:
        return "DeliveryAddress(...)"

    @property
    def is_told(self) -> bool:
        """Whether it says anything."""
        return any(asdict(self).values())

    def text(self) -> str:
        """The address on one line, as the Dutch write it."""
        parts = [
            " ".join(filter(None, (self.street, self.house_number, self.house_number_addition))),
            " ".join(filter(None, (self.postal_code, self.city))),
            self.country,
        ]
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOwner:
    """A data owner of ``provider``, and the customer that it is of.

    ``since`` is the first instant that the customer agreed to share: needed only where no list of
    contracts tells it. ``address`` is as ``address_fetched_at`` (the provider's time) told it; both
    are None until it was asked for, ``address`` alone where there was none.
    """

    provider: str
    data_owner: str
    customer_id: str
    created_at: datetime
    since: datetime | None = None
    address: DeliveryAddress | None = field(default=None, repr=False)
    address_fetched_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_owner", check_data_owner(self.data_owner))


def data_owner_of(known: Iterable[DataOwner], customer_id: str, data_owner: str) -> DataOwner:
    """The data owner of that identifier among those ``known``; InputError if it is not the
    customer's.
    """
    wanted = check_data_owner(data_owner)
    for one in known:
        if (one.data_owner, one.customer_id) == (wanted, customer_id):
            return one
    raise InputError(
        "data_owner",
        f"is not one of customer {customer_id!r}",
        "`kwartier customers list` shows whose each is",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What was said: that a customer is a data owner, and since when it shares, if that was
    told.
    """

    customer_id: str
    data_owner: str
    since: datetime | None


def apply_shared(
    known: Iterable[DataOwner], said: Sequence[Shared], *, provider: str, now: datetime
) -> list[DataOwner]:
    """The data owners that are new, or share since another instant; InputError if one of them is
    another customer's.
    """
    before = {one.data_owner: one for one in known if one.provider == provider}
    after: dict[str, DataOwner] = {}
    for one in said:
        owner = check_data_owner(one.data_owner)
        there = after.get(owner, before.get(owner))
        if there is None:
            there = DataOwner(
                provider=provider, data_owner=owner, customer_id=one.customer_id, created_at=now
            )
        elif there.customer_id != one.customer_id:
            raise InputError(
                "data_owner",
                f"is customer {there.customer_id!r} already",
                f"so it cannot be {one.customer_id!r} too",
            )
        after[owner] = there if one.since is None else replace(there, since=one.since)
    return [one for one in after.values() if one != before.get(one.data_owner)]
