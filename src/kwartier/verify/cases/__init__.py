"""All claims about the API, a file a subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kwartier.verify.case import Case
from kwartier.verify.cases import (
    access,
    amr,
    mandates,
    mock_mandates,
    permission,
    refusals,
    requests,
    short_urls,
    tokens,
    values,
    windows,
)

SUBJECTS: Final[Mapping[str, tuple[Case, ...]]] = {
    "tokens": tokens.CASES,
    "access": access.CASES,
    "requests": requests.CASES,
    "errors": refusals.CASES,
    "short URLs": short_urls.CASES,
    "mock mandates": mock_mandates.CASES,
    "mandates": mandates.CASES,
    "energy: parameters": windows.CASES,
    "energy: permission": permission.CASES,
    "energy: values": values.CASES,
    "energy: AMR": amr.CASES,
}

CASES: Final[Mapping[str, Case]] = {
    case.name: case for cases in SUBJECTS.values() for case in cases
}
