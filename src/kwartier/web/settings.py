"""What the provider's own pages can be told: where they are, whose, and how people sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from kwartier.errors import InputError
from kwartier.vocabulary.setting import Setting

PORT: Final = 8602
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The pages for customers (connect), for colleagues (console) and for programs (API)."""

    enabled: Annotated[
        bool, Setting(about="whether `kwartier serve` runs them; `kwartier console` always does")
    ] = False
    host: Annotated[str, Setting(about="where they are served")] = "127.0.0.1"
    port: Annotated[
        int, Setting(about="their port; 0 takes a free one", at_least=0, at_most=65_535)
    ] = PORT
    public_url: Annotated[
        str | None,
        Setting(
            about="what customers and colleagues reach: the https address of the proxy that stands "
            "before them; links and cookies follow from it. Without it, http://host:port"
        ),
    ] = None
    name: Annotated[str, Setting(about="your name, as customers know you")] = (
        "Your energy service provider"
    )
    logo: Annotated[Path | None, Setting(about="your logo, a file that ends in .svg or .png")] = (
        None
    )
    colour: Annotated[str, Setting(about="your colour, of buttons and links")] = "#0b5fa5"
    session_idle: Annotated[
        timedelta,
        Setting(
            about="who does nothing for so long signs in anew",
            at_least=timedelta(minutes=1),
            at_most=timedelta(days=7),
        ),
    ] = timedelta(hours=1)
    session_longest: Annotated[
        timedelta,
        Setting(
            about="and so does everybody after so long",
            at_least=timedelta(minutes=1),
            at_most=timedelta(days=31),
        ),
    ] = timedelta(hours=12)
    trusted_proxies: Annotated[
        int,
        Setting(
            about="how many proxies before it each add to X-Forwarded-For; attempts to sign in are "
            "counted by the address that the outermost of them saw",
            at_least=0,
            at_most=10,
        ),
    ] = 0
    oidc_issuer: Annotated[
        str | None,
        Setting(
            about="who signs colleagues in by OpenID Connect; KWARTIER_OIDC_CLIENT_SECRET holds "
            "the secret, where there is one"
        ),
    ] = None
    oidc_client_id: Annotated[str | None, Setting(about="what the console is called there")] = None
    oidc_claim: Annotated[
        str, Setting(about="which claim of the ID token says what somebody may do")
    ] = "groups"
    oidc_viewer: Annotated[str | None, Setting(about="its value that lets somebody look")] = None
    oidc_operator: Annotated[
        str | None, Setting(about="its value that makes somebody an operator")
    ] = None
    oidc_privacy_officer: Annotated[
        str | None, Setting(about="its value that makes somebody a privacy officer")
    ] = None

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.colour):
            raise InputError("colour", 'must be six hexadecimal digits such as "#0b5fa5"')
        if self.logo is not None and self.logo.suffix.lower() not in (".svg", ".png"):
            raise InputError("logo", "must be a file that ends in .svg or .png")
        _check_address("public_url", self.public_url)
        _check_address("oidc_issuer", self.oidc_issuer)

    @property
    def is_https(self) -> bool:
        """Whether people reach it by https, so that cookies may be sent by https only."""
        return (self.public_url or "").startswith("https://")

    def address(self, port: int | None = None) -> str:
        """What links begin with, without a slash at the end; ``port`` is the one that is used."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port if port is None else port}"


def _check_address(field: str, address: str | None) -> None:
    if address is None:
        return
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InputError(field, "must be an address such as https://energy.example", address)
