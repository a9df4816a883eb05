"""All operations, each written once: checked arguments in, calls and their readers out."""

from __future__ import annotations

from kwartier.eneco.contract_calls import ContractCalls
from kwartier.eneco.sandbox_calls import SandboxCalls
from kwartier.eneco.usage_calls import UsageCalls


class Operations(UsageCalls, SandboxCalls, ContractCalls):
    """Eneco DataShare and KPN FIAM. An argument that breaks a rule raises
    :class:`~kwartier.errors.InputError`, and nothing is sent.
    """

    __slots__ = ()
