"""What the services say: are they there, do they let us in, and what time is it there?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from kwartier.doctor.configuration import READ_THE_CLOCK, Configuration
from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.doctor.visit import SET_THE_CLOCK, TIMEOUT, Visit
from kwartier.errors import ConfigurationError
from kwartier.fluvius import AuthenticationError, Environment, FluviusAPIError, FluviusCredentials
from kwartier.fluvius.credentials import look_up
from kwartier.fluvius.entra import token_flow
from kwartier.fluvius.environment import Endpoints
from kwartier.fluvius.refusals import refusal
from kwartier.fluvius.replies import NO_MANDATE
from kwartier.transport import (
    AnotherWayError,
    BrokenReplyError,
    Call,
    Reply,
    SyncDriver,
    Token,
    TransportError,
)
from kwartier.wire import fluvius_v3 as wire
from kwartier.wire.unreadable import UNREADABLE

NETWORK: Final = "network"
SIGN_IN: Final = "sign-in"
API: Final = "API"
REFERENCE: Final = "kwartier-doctor"
"""A reference number that no customer has."""

_SCOPE_REFUSED: Final = frozenset({"AADSTS70011", "AADSTS500011", "AADSTS1002012"})


def examine_services(
    configuration: Configuration, *, now: Callable[[], datetime]
) -> list[Diagnosis]:
    """Knock at the API, sign in, and ask for the mandates of a reference that no customer has.

    ``now`` is this machine's clock. In the sandbox a short URL is asked for too: only that tells
    whether the contract number is known.
    """
    if configuration.endpoints is None:
        return []
    driver = SyncDriver(timeout=TIMEOUT, roots=configuration.roots)
    try:
        visit = _Visit(configuration, configuration.endpoints, driver, now)
        is_there = visit.knock()
        if configuration.credentials is None:
            says = "not tried, since credentials are missing or cannot be used (see there)"
            visit.note(SIGN_IN, "token", State.UNKNOWN, says)
        else:
            token = visit.sign_in(configuration.credentials)
            if token is not None and is_there:
                visit.enter(configuration.credentials, token)
        return visit.found
    finally:
        driver.close()


class _Visit(Visit):
    """One visit to Fluvius."""

    def __init__(
        self,
        configuration: Configuration,
        endpoints: Endpoints,
        driver: SyncDriver,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(driver, now, authority="FLUVIUS_CA_FILE")
        self._environment = configuration.environment
        self._variables = configuration.variables
        self._clock = configuration.clock
        self._is_emulated = configuration.is_emulated
        self._endpoints = endpoints

    def knock(self) -> bool:
        """Ask the API without credentials: any answer shows that it is there."""
        call = Call(method="GET", url=f"{self._endpoints.base_url}/api/mandate")
        reply = self.ask(NETWORK, "Fluvius' API", f"{self._environment.prefix}_BASE_URL", call)
        if reply is None:
            return False
        if self._clock is not None:
            advice = READ_THE_CLOCK if self._is_emulated else SET_THE_CLOCK
            self.compare(NETWORK, "clock and Fluvius'", self._clock(self.now()), reply, advice)
        return True

    def sign_in(self, credentials: FluviusCredentials) -> Token | None:
        """Ask for a token as the client does."""
        try:
            flow = token_flow(credentials, self._endpoints.token_url)
            while True:
                reply = self.ask(
                    NETWORK, "Microsoft Entra ID", "FLUVIUS_TOKEN_URL", flow.token_call()
                )
                if reply is None:
                    return None
                self.compare(NETWORK, "clock and Microsoft's", self.now(), reply, SET_THE_CLOCK)
                try:
                    token = flow.read_token(reply)
                    break
                except AnotherWayError as other:
                    self._refused_for_now(other)
        except AuthenticationError as error:
            subject = "scope" if error.code in _SCOPE_REFUSED else "token"
            self.refused(SIGN_IN, subject, error)
            return None
        except (ConfigurationError, FluviusAPIError, BrokenReplyError) as error:
            self.found.append(told(SIGN_IN, "token", error, advice="try again later"))
            return None
        self.note(SIGN_IN, "token", State.GOOD, f"granted for {round(token.expires_in / 60)} min")
        return token

    def enter(self, credentials: FluviusCredentials, token: Token) -> None:
        """Ask the API with key and token."""
        headers = {
            "Authorization": f"Bearer {token.value}",
            "Ocp-Apim-Subscription-Key": credentials.subscription_key,
        }
        reply = self.send(
            Call(
                method="GET",
                url=f"{self._endpoints.base_url}/api/mandate",
                query={"referenceNumber": REFERENCE},
                headers=headers,
            )
        )
        if isinstance(reply, TransportError):
            self.note(API, "mandates", State.BAD, str(reply), "try again")
            return
        error = None if reply.is_success else refusal(reply)
        if error is None or error.code == NO_MANDATE:
            self.note(API, "subscription key", State.GOOD, "accepted")
            self.note(API, "scope", State.GOOD, "the token opens the API")
            self._contract_number(credentials, headers)
        elif reply.status == 401 and "subscription key" in str(error.message).lower():
            variable, _ = look_up("subscription_key", self._environment.prefix, self._variables)
            advice = f"check {variable}; sandbox and live service may have different ones"
            self.note(API, "subscription key", State.BAD, "refused", advice)
        elif reply.status == 401:
            self.note(API, "subscription key", State.GOOD, "accepted")
            advice = "check the scope and the client ID: both belong to one environment"
            self.note(API, "scope", State.BAD, "the API refused the token", advice)
        elif reply.status == 404:
            advice = f"correct {self._environment.prefix}_BASE_URL: it ends in /v3"
            self.note(API, "address", State.BAD, "there is no such API", advice)
        else:
            self.refused(API, "mandates", error)

    def _contract_number(self, credentials: FluviusCredentials, headers: Mapping[str, str]) -> None:
        number = credentials.data_access_contract_number
        if not number:
            return
        if self._environment is Environment.PRODUCTION:
            says = "not tried: it shows when the first link is made"
            self.note(API, "contract number", State.UNKNOWN, says)
            return
        asked = wire.ClientSessionRequest(
            data_access_contract_number=number,
            reference_number=REFERENCE,
            flow=wire.Flow.B2C,
            data_services=[
                wire.ClientSessionDataService(data_service_type=wire.DataServiceType.VH_DAG)
            ],
        )
        reply = self.send(
            Call(
                method="POST",
                url=f"{self._endpoints.base_url}/api/shortUrlIdentifier",
                headers={**headers, "Content-Type": "application/json"},
                body=msgspec.json.encode(asked),
                is_idempotent=False,
            )
        )
        if isinstance(reply, Reply) and _made_a_session(reply):
            self.note(API, "contract number", State.GOOD, "accepted")
        else:
            advice = "check FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER against the contract"
            self.note(API, "contract number", State.BAD, "no link is made under it", advice)

    def _refused_for_now(self, other: AnotherWayError) -> None:
        says, _, _ = str(other).rpartition(" (")
        self.note(
            SIGN_IN,
            "next certificate",
            State.DOUBTFUL,
            says,
            "hand it to Fluvius; until it is known there, the present one serves",
        )


def _made_a_session(reply: Reply) -> bool:
    try:
        made = msgspec.json.decode(reply.body, type=wire.ClientSessionResponse)
    except UNREADABLE:
        return False
    return reply.is_success and made.data.status == "success"
