"""Whether a request comes from another website, as the browser that sends it says."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request


def is_from_another_site(request: Request, own: str | None = None) -> bool:
    """By Origin, or by what the browser says of the fetch; programs say neither.

    ``own`` is the address that the site is reached at, where a proxy stands before it; unless
    given, it is the one that was asked.
    """
    origin = request.headers.get("origin")
    asked = own or f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "same-origin")
    return (origin is not None and origin.lower() != origin_of(asked)) or site != "same-origin"


def origin_of(address: str) -> str:
    """Scheme, host and port of an address, as a browser writes them in Origin."""
    parts = urlsplit(address)
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, ":")
    return f"{parts.scheme}://{parts.netloc}".lower().removesuffix(default)
