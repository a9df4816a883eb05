"""``GET Mandate/installation``: v2 only."""

from __future__ import annotations

from typing import Final

from kwartier.errors import InputError
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.environment import ApiVersion
from kwartier.fluvius.operation import Api
from kwartier.fluvius.replies import reader
from kwartier.transport import Operation
from kwartier.vocabulary import arguments
from kwartier.vocabulary.ean import check_ean
from kwartier.wire.fluvius_v2 import EnergyResponse, InstallationResponse

_READ: Final = reader(InstallationResponse)


class InstallationCalls(Api[R]):
    """The call for installation data."""

    __slots__ = ()

    def get_installation(
        self: Api[EnergyResponse], *, ean: str, reference_number: str | None = None
    ) -> Operation[InstallationResponse]:
        """What is connected at a metering point, if a mandate for ``IG`` opens it.

        Only with ``api_version="v2"``: of v3 no call is documented that returns it. ``ean``: 18
        digits. ``reference_number``: only what mandates under it open.

        Returns a response whose ``data.installation`` has ``energy_type``, ``meter_type`` (``KM``
        classic, ``DM`` digital), ``smr3``, ``local_production_installations`` (``type``,
        ``converter_power`` in ``converter_power_unit``, ...) and ``estimated_volumes`` (whole
        ``unit`` a year by ``calculated_register``); None without a mandate (our reading).

        Errors: InputError before anything is sent, FluviusAPIError afterwards, DecodeError.

        Source: Fluvius ESCO API v2, ``GET Mandate/installation``.
        """
        if self.dialect.version is not ApiVersion.V2:
            raise InputError(
                "api_version", "must be v2 for installation data", "v3 documents no call for it"
            )
        query: dict[str, str | None] = {
            "ean": check_ean(ean),
            "referenceNumber": arguments.optional(
                arguments.text, reference_number, "reference_number"
            ),
        }
        return Operation(self.get("/Mandate/installation", query), _READ)
