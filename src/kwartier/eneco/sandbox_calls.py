"""Consents made up in the acceptance environment."""

from __future__ import annotations

from typing import Final

from kwartier.eneco.environment import Environment
from kwartier.eneco.operation import Api, data_owner
from kwartier.eneco.refusals import sandbox_refusal
from kwartier.eneco.replies import reader
from kwartier.errors import ConfigurationError
from kwartier.transport import Operation, Reply
from kwartier.vocabulary import arguments
from kwartier.wire.eneco import Consumer, ConsumersReply, SetConsent, SetConsentReply

_DEMO: Final = "demo"
_CONSUMERS: Final = reader(ConsumersReply, sandbox_refusal)
_CONSENT: Final = reader(SetConsentReply, sandbox_refusal)


class SandboxCalls(Api):
    """The calls that only acceptance has."""

    __slots__ = ()

    def list_consumers(self, data_owner_id: str) -> Operation[list[Consumer]]:
        """The data consumers, and to which of them this data owner consents. Acceptance only.

        ``data_owner_id``: a UUID. Returns consumers with ``name``, ``consumer_id`` and
        ``is_consent``.

        Errors: ConfigurationError in production and InputError, before anything is sent;
        EnecoAPIError afterwards, DecodeError.

        Source: Eneco DataShare v1, ``GET demo/{dataOwnerId}/heat/consumers``.
        """
        self._check_acceptance("list_consumers")
        call = self.get(data_owner(data_owner_id), "consumers", demo=_DEMO)
        return Operation(call, _read_consumers)

    def set_consent(
        self, data_owner_id: str, consumer_id: str, is_consent: bool
    ) -> Operation[SetConsent]:
        """Create this data owner's contract with a consumer, or remove it. Acceptance only.

        ``data_owner_id``: a UUID. ``consumer_id``: as ``list_consumers`` tells it. Returns how it
        stands now. It is sent once: when no reply came, ``list_consumers`` shows what became of it.

        Errors: as of ``list_consumers``.

        Source: Eneco DataShare v1, ``POST demo/{dataOwnerId}/heat/setConsent``; what it answers is
        our reading.
        """
        self._check_acceptance("set_consent")
        asked = SetConsent(
            consumer_id=arguments.text(consumer_id, "consumer_id"),
            is_consent=arguments.flag(is_consent, "is_consent"),
        )
        call = self.post(data_owner(data_owner_id), "setConsent", asked, demo=_DEMO)
        return Operation(call, _read_consent)

    def _check_acceptance(self, method: str) -> None:
        if self.environment is not Environment.ACCEPTANCE:
            raise ConfigurationError(
                f"{method}: only the acceptance environment has it; in production the data owner "
                "consents, and list_contracts shows who has"
            )


def _read_consumers(reply: Reply) -> list[Consumer]:
    return _CONSUMERS(reply).data.consumers


def _read_consent(reply: Reply) -> SetConsent:
    return _CONSENT(reply).data
