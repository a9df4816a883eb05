"""Whose browser it is, by its address, where proxies stand between."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from starlette.requests import Request

_SITE: Final = 64
UNKNOWN: Final = "unknown"


def client_address(request: Request, *, trusted_proxies: int) -> str:
    """The address that the outermost of so many trusted proxies saw; what anyone may have added to
    X-Forwarded-For before it is not looked at. Of IPv6 the network that one household has.
    """
    told = ", ".join(request.headers.getlist("x-forwarded-for")).split(",")
    seen = [one.strip() for one in told if one.strip()]
    if trusted_proxies and len(seen) >= trusted_proxies:
        return _shown(seen[-trusted_proxies])
    return _shown(request.client.host) if request.client else UNKNOWN


def _shown(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _SITE), strict=False))
