"""What customers agreed to with the energy service provider: for which purposes, in which words.

A mandate lets Fluvius disclose; what the provider may do with the data rests on an agreement of
its own, which it must be able to show.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kwartier.errors import InputError

_VERSION: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
LONGEST_PURPOSE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The ``text`` that customers agree to, by its ``version`` (the provider's own, such as
    ``2026-1``) and ``language`` (two letters); it never changes.
    """

    version: str
    language: str
    text: str
    added_at: datetime

    def __post_init__(self) -> None:
        check_version(self.version)
        if not _LANGUAGE.fullmatch(self.language):
            rule = "must be two small letters, such as nl"
            raise InputError("language", rule, f"got {self.language!r}")
        if not self.text.strip():
            raise InputError("text", "must not be empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Under this reference number the customer agreed to one ``purpose``, in the words of the
    version ``wording``, over ``channel`` (``web``, ``telephone``, ...), at ``given_at``. It holds
    until ``withdrawn_at``; None while it stands.
    """

    reference_number: str
    purpose: str
    wording: str
    channel: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    def __post_init__(self) -> None:
        check_version(self.wording, "wording")
        if not self.purpose.strip() or len(self.purpose) > LONGEST_PURPOSE:
            raise InputError("purpose", f"must have 1 to {LONGEST_PURPOSE} characters")
        if not self.channel.strip():
            raise InputError("channel", "must not be empty")
        if self.withdrawn_at is not None and self.withdrawn_at < self.given_at:
            rule = f"must not lie before it was given, {self.given_at:%Y-%m-%dT%H:%M:%S%z}"
            raise InputError("withdrawn_at", rule, f"got {self.withdrawn_at}")

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None

    @property
    def what(self) -> tuple[str, str, str, str]:
        """All but when: agreed to again, it is still the same consent."""
        return self.reference_number, self.purpose, self.wording, self.channel


def check_version(text: str, field: str = "version") -> str:
    """Return ``text`` if it can be a wording's version; :class:`InputError` otherwise."""
    if not _VERSION.fullmatch(text):
        rule = "must be 1 to 40 letters, digits, dots, hyphens or underscores, such as 2026-1"
        raise InputError(field, rule, f"got {text!r}")
    return text


def new_wording(known: Iterable[Wording], wording: Wording) -> bool:
    """Whether ``wording`` is not known yet; :class:`InputError` if its version says other words."""
    for one in known:
        if (one.version, one.language) == (wording.version, wording.language):
            if one.text != wording.text:
                rule = f"{wording.version!r} has other words in {wording.language!r} already"
                raise InputError("version", rule, "what people agreed to stays: give a new version")
            return False
    return True


def new_consents(
    known: Iterable[Consent], consents: Iterable[Consent], wordings: Iterable[Wording]
) -> list[Consent]:
    """Those of ``consents`` that do not stand yet, each once; :class:`InputError` where nobody
    keeps the words. What was withdrawn and is given again is a consent of its own.
    """
    versions = {one.version for one in wordings}
    standing = {one.what for one in known if one.stands}
    found: dict[tuple[str, str, str, str], Consent] = {}
    for consent in consents:
        if consent.wording not in versions:
            rule = f"there is no wording {consent.wording!r}"
            raise InputError("wording", rule, "`kwartier consents wording VERSION FILE` adds it")
        if consent.what not in standing:
            found.setdefault(consent.what, consent)
    return list(found.values())


def given(
    references: Iterable[str], *, purpose: str, wording: str, channel: str, at: datetime
) -> list[Consent]:
    """What the customer behind ``references`` agrees to, under each of them."""
    return [
        Consent(
            reference_number=reference,
            purpose=purpose,
            wording=wording,
            channel=channel,
            given_at=at,
        )
        for reference in references
    ]


def withdrawn_consents(
    known: Iterable[Consent], references: Collection[str], purpose: str, at: datetime
) -> list[Consent]:
    """What stands for ``purpose`` under ``references``, in whatever words, as withdrawn ``at``;
    :class:`InputError` where one was given later, or where ``purpose`` was never agreed to.
    """
    theirs = [one for one in known if one.reference_number in references]
    if not any(one.purpose == purpose for one in theirs):
        agreed = ", ".join(sorted({repr(one.purpose) for one in theirs if one.stands}))
        hint = f"what stands: {agreed}" if agreed else "nothing stands of this customer"
        raise InputError("purpose", f"{purpose!r} was not agreed to", hint)
    return [
        replace(one, withdrawn_at=at) for one in theirs if one.stands and one.purpose == purpose
    ]


def all_withdrawn(consents: Collection[Consent]) -> bool:
    """Whether there were any, and none of them stands."""
    return bool(consents) and not any(one.stands for one in consents)


def consents_by_reference(consents: Iterable[Consent]) -> Mapping[str, list[Consent]]:
    """What was agreed to under each reference number, in order."""
    found: dict[str, list[Consent]] = {}
    for consent in consents:
        found.setdefault(consent.reference_number, []).append(consent)
    return found
