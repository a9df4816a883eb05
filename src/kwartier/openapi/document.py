"""The OpenAPI document around what one API says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What is told of an API as a whole: ``security`` are its schemes by name, all of which a call
    needs; ``tags`` describe the groups that its calls are in.
    """

    title: str
    version: str
    about: str
    security: Mapping[str, dict[str, Any]]
    tags: Mapping[str, str]


def described(
    api: Api,
    base: str,
    *,
    paths: dict[str, Any],
    schemas: dict[str, Any],
    version: str = "3.0.3",
) -> dict[str, Any]:
    """OpenAPI of ``api``, whose calls (``paths``) lie under ``base`` of the same origin.
    ``version`` is that of OpenAPI, to which ``schemas`` keep.
    """
    return {
        "openapi": version,
        "info": {"title": api.title, "version": api.version, "description": api.about.strip()},
        "servers": [{"url": base}],
        "security": [{name: [] for name in api.security}],
        "tags": [{"name": name, "description": told} for name, told in api.tags.items()],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": dict(api.security)},
    }
