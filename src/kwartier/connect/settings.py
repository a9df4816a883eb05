"""What the page that customers are invited to can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit

from kwartier.errors import ConfigurationError, InputError
from kwartier.office.terms import MOST_SERVICES
from kwartier.registry.consents import LONGEST_PURPOSE, check_version
from kwartier.vocabulary.setting import Setting
from kwartier.wire.fluvius_v3 import DataServiceType


class Language(StrEnum):
    """What the page is written in."""

    NL = "nl"
    FR = "fr"
    DE = "de"
    EN = "en"


class AskedService(StrEnum):
    """``choice`` lets the customer choose between days and quarters."""

    DAY = "day"
    QUARTER = "quarter"
    CHOICE = "choice"
    INSTALLATION = "installation"

    @property
    def word(self) -> str:
        """Fluvius' own for it."""
        return _WORDS[self].value


_WORDS: Final = {
    AskedService.DAY: DataServiceType.VH_DAG,
    AskedService.QUARTER: DataServiceType.VH_KWARTIER_UUR,
    AskedService.CHOICE: DataServiceType.VH_ONBEPAALD,
    AskedService.INSTALLATION: DataServiceType.IG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectSettings:
    """The page where customers begin to share their data, /connect/... What an invitation says goes
    before what is asked here.
    """

    address: Annotated[
        str | None,
        Setting(
            about="what the links begin with, if not the public_url of [web] and /connect: where "
            "you mounted the page in a site of your own"
        ),
    ] = None
    services: Annotated[
        tuple[AskedService, ...], Setting(about="what of Fluvius is asked for, at most three")
    ] = (AskedService.DAY, AskedService.QUARTER)
    history: Annotated[
        timedelta | None,
        Setting(
            about="how far back the data asked for begin; without it the customer chooses from "
            "when until when",
            at_least=timedelta(days=1),
            at_most=timedelta(days=1096),
        ),
    ] = None
    max_eans: Annotated[
        int | None,
        Setting(about="how many connections a customer may choose", at_least=1, at_most=1000),
    ] = None
    sso: Annotated[
        bool, Setting(about="spare who is signed in at Fluvius already a second time")
    ] = False
    purpose: Annotated[
        str | None, Setting(about="what the data are for; noted of who clicks, with the wording")
    ] = None
    wording: Annotated[
        str | None,
        Setting(
            about="the version of the words that the page shows and customers agree to "
            "(`kwartier consents wording`)"
        ),
    ] = None
    languages: Annotated[
        tuple[Language, ...], Setting(about="what the page is offered in, the usual one first")
    ] = tuple(Language)
    text_nl: Annotated[str | None, Setting(about="a few words of your own, above the button")] = (
        None
    )
    text_fr: Annotated[str | None, Setting(about="the same in French")] = None
    text_de: Annotated[str | None, Setting(about="the same in German")] = None
    text_en: Annotated[str | None, Setting(about="the same in English")] = None
    help: Annotated[
        str | None,
        Setting(about="how customers reach you, such as a telephone number, where something fails"),
    ] = None
    back_url: Annotated[
        str | None, Setting(about="a page of yours that customers may go on to afterwards")
    ] = None
    embed_in: Annotated[
        str | None,
        Setting(
            about="the sites that may show the page in a frame, such as "
            "https://www.energy.example; several are divided by blanks. Without it, none may"
        ),
    ] = None
    most_per_hour: Annotated[
        int,
        Setting(
            about="how many addresses at Fluvius one link makes in an hour; who clicks again is "
            "sent to the last one",
            at_least=1,
            at_most=100,
        ),
    ] = 6

    def __post_init__(self) -> None:
        if len(self.words) > MOST_SERVICES:
            raise InputError("services", f"must be at most {MOST_SERVICES}")
        if self.purpose is not None and len(self.purpose) > LONGEST_PURPOSE:
            raise InputError("purpose", f"must have 1 to {LONGEST_PURPOSE} characters")
        if self.wording is not None:
            check_version(self.wording, "wording")
        for field in ("address", "back_url"):
            if (address := getattr(self, field)) is not None:
                _check(field, address, is_origin=False)
        for origin in self.frames:
            _check("embed_in", origin, is_origin=True)

    def check(self) -> None:
        """ConfigurationError for what cannot go without something else."""
        if (self.purpose is None) != (self.wording is None):
            raise ConfigurationError(
                "connect.wording goes with connect.purpose: what for, and in which words"
            )

    @property
    def words(self) -> tuple[str, ...]:
        """What is asked for, in Fluvius' words, each once."""
        return tuple(dict.fromkeys(one.word for one in self.services))

    @property
    def frames(self) -> tuple[str, ...]:
        """The origins that may show the page in a frame."""
        return tuple((self.embed_in or "").split())

    def text(self, language: str) -> str | None:
        """The provider's own words in a language, if there are any."""
        said: str | None = getattr(self, f"text_{language}")
        return said


def _check(field: str, address: str, *, is_origin: bool) -> None:
    parts = urlsplit(address)
    is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    if is_origin and (
        not is_whole or parts.path or parts.query or ";" in address or "," in address
    ):
        raise InputError(field, "must be origins such as https://www.energy.example", address)
    if not is_whole:
        raise InputError(field, "must be an address such as https://www.energy.example", address)
