"""How the two versions of the API say the same things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic

from kwartier.errors import InputError
from kwartier.fluvius import replies, replies_v2
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.environment import ApiVersion
from kwartier.fluvius.replies import EnergyReply, MandateList, reader
from kwartier.transport import Reply
from kwartier.transport.call import Query
from kwartier.wire import fluvius_v2 as v2
from kwartier.wire import fluvius_v3 as v3

_SERVICES: Final = {
    v3.EnergyGranularity.DAILY.value: v3.DataServiceType.VH_DAG.value,
    v3.EnergyGranularity.HOURLY_QUARTERHOURLY.value: v3.DataServiceType.VH_KWARTIER_UUR.value,
}
_NAMES: Final = {
    "ean": "EanNumber",
    "dataServiceTypes": "DataServiceType",
    "granularity": "DataServiceType",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect(Generic[R]):
    """Paths, the names of parameters, and what reads the replies; all of them as v3's messages
    but for energy.

    ``asked`` turns a query in v3's words into this version's.
    """

    version: ApiVersion
    short_url: str
    mandates: str
    energy: str
    mock: str
    asked: Callable[[Mapping[str, str]], Query]
    mock_request: type[v3.MockMandateRequest]
    read_session: Callable[[Reply], v3.ClientSessionResponse]
    read_mandates: Callable[[Reply], v3.MandatesResponse]
    read_mandate_list: Callable[[Reply], MandateList]
    read_mock: Callable[[Reply], v3.MockMandateResponse]
    read_energy: Callable[[Reply], R]
    read_energy_reply: Callable[[Reply], EnergyReply]


def _in_v2(query: Mapping[str, str]) -> Query:
    """Names in PascalCase, lists as repeated parameters, granularities as data services."""
    if "complexEnergyTypes" in query:
        raise InputError("complex_energy_types", "must be left out in v2, which has no such choice")
    asked: dict[str, str | tuple[str, ...]] = {}
    for name, text in query.items():
        pascal = _NAMES.get(name, name[0].upper() + name[1:])
        words = tuple(_SERVICES.get(word, word) for word in text.split(","))
        asked[pascal] = words if name in ("dataServiceTypes", "granularity") else text
    return asked


V3: Final[Dialect[v3.EnergyResponse]] = Dialect(
    version=ApiVersion.V3,
    short_url="/api/shortUrlIdentifier",
    mandates="/api/mandate",
    energy="/api/mandate/energy",
    mock="/api/mandate/mock",
    asked=dict,
    mock_request=v3.MockMandateRequest,
    read_session=reader(v3.ClientSessionResponse),
    read_mandates=replies.read_mandates,
    read_mandate_list=replies.read_mandate_list,
    read_mock=reader(v3.MockMandateResponse),
    read_energy=reader(v3.EnergyResponse),
    read_energy_reply=replies.read_energy_reply,
)
V2: Final[Dialect[v2.EnergyResponse]] = Dialect(
    version=ApiVersion.V2,
    short_url="/shortUrlIdentifier",
    mandates="/Mandate",
    energy="/Mandate/energy",
    mock="/Mandate/mock",
    asked=_in_v2,
    mock_request=v2.MockMandateRequest,
    read_session=replies_v2.read_session,
    read_mandates=replies_v2.read_mandates,
    read_mandate_list=replies_v2.read_mandate_list,
    read_mock=replies_v2.read_mock,
    read_energy=reader(v2.EnergyResponse),
    read_energy_reply=replies_v2.read_energy_reply,
)
DIALECTS: Final[dict[ApiVersion, Dialect[Any]]] = {ApiVersion.V3: V3, ApiVersion.V2: V2}
