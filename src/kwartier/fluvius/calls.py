"""The API's operations, each written once: checked arguments in, a call and its reader out."""

from __future__ import annotations

from kwartier.fluvius.energy_calls import EnergyCalls
from kwartier.fluvius.energy_response import R
from kwartier.fluvius.installation_calls import InstallationCalls
from kwartier.fluvius.mandate_calls import MandateCalls
from kwartier.fluvius.session_calls import SessionCalls


class Operations(SessionCalls[R], MandateCalls[R], EnergyCalls[R], InstallationCalls[R]):
    """Fluvius ESCO API at ``base_url``, in the ``dialect`` of v3 or v2.

    ``clock`` tells the time that rules are judged by.

    Times may be a date, a date-time or ISO 8601 text; without a zone they are Brussels' wall
    time. Enumerations may be given as text. An argument that breaks a documented rule raises
    :class:`~kwartier.errors.InputError`, and nothing is sent.
    """

    __slots__ = ()
