"""Whether a request comes from another website, as the browser that sends it says."""

from __future__ import annotations

from starlette.requests import Request


def is_from_another_site(request: Request) -> bool:
    """By Origin, or by what the browser says of the fetch; programs say neither."""
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "same-origin")
    return (origin is not None and origin.lower() != own.lower()) or site != "same-origin"
