"""What the services say: are they there, do they let us in, and what time is it there?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from kwartier.doctor.configuration import READ_THE_CLOCK, Configuration
from kwartier.doctor.diagnosis import Diagnosis, State, told
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
    ConnectFailedError,
    Reply,
    SyncDriver,
    Token,
    TransportError,
)
from kwartier.transport.protocol import Send, Steps
from kwartier.wire import fluvius_v3 as wire
from kwartier.wire.unreadable import UNREADABLE

NETWORK: Final = "network"
SIGN_IN: Final = "sign-in"
API: Final = "API"
REFERENCE: Final = "kwartier-doctor"
"""A reference number that no customer has."""

NOTICEABLE: Final = timedelta(minutes=1)
TOLERATED: Final = timedelta(minutes=5)
"""By how much Microsoft Entra ID lets clocks differ."""

_TIMEOUT: Final = 20.0
_SCOPE_REFUSED: Final = frozenset({"AADSTS70011", "AADSTS500011", "AADSTS1002012"})
_SET_THE_CLOCK: Final = "set this machine's clock, or have it set (NTP)"


def examine_services(
    configuration: Configuration, *, now: Callable[[], datetime]
) -> list[Diagnosis]:
    """Knock at the API, sign in, and ask for the mandates of a reference that no customer has.

    ``now`` is this machine's clock. In the sandbox a short URL is asked for too: only that tells
    whether the contract number is known.
    """
    if configuration.endpoints is None:
        return []
    driver = SyncDriver(timeout=_TIMEOUT, roots=configuration.roots)
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


class _Visit:
    """One visit; ``found`` grows."""

    def __init__(
        self,
        configuration: Configuration,
        endpoints: Endpoints,
        driver: SyncDriver,
        now: Callable[[], datetime],
    ) -> None:
        self.found: list[Diagnosis] = []
        self._environment = configuration.environment
        self._variables = configuration.variables
        self._clock = configuration.clock
        self._is_emulated = configuration.is_emulated
        self._endpoints = endpoints
        self._driver = driver
        self._now = now

    def note(self, topic: str, subject: str, state: State, says: str, advice: str = "") -> None:
        self.found.append(Diagnosis(topic, subject, state, says, advice))

    def knock(self) -> bool:
        """Ask the API without credentials: any answer shows that it is there."""
        call = Call(method="GET", url=f"{self._endpoints.base_url}/api/mandate")
        reply = self._ask("Fluvius' API", f"{self._environment.prefix}_BASE_URL", call)
        if reply is None:
            return False
        if self._clock is not None:
            advice = READ_THE_CLOCK if self._is_emulated else _SET_THE_CLOCK
            self._compare("clock and Fluvius'", self._clock(self._now()), reply, advice)
        return True

    def sign_in(self, credentials: FluviusCredentials) -> Token | None:
        """Ask for a token as the client does."""
        try:
            flow = token_flow(credentials, self._endpoints.token_url)
            while True:
                reply = self._ask("Microsoft Entra ID", "FLUVIUS_TOKEN_URL", flow.token_call())
                if reply is None:
                    return None
                self._compare("clock and Microsoft's", self._now(), reply, _SET_THE_CLOCK)
                try:
                    token = flow.read_token(reply)
                    break
                except AnotherWayError as other:
                    self._refused_for_now(other)
        except AuthenticationError as error:
            subject = "scope" if error.code in _SCOPE_REFUSED else "token"
            self._refused(SIGN_IN, subject, error)
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
        reply = self._send(
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
            self._refused(API, "mandates", error)

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
        reply = self._send(
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

    def _ask(self, who: str, variable: str, call: Call) -> Reply | None:
        """The reply, None without; either way a diagnosis of the road."""
        where = call.url.partition("/api/")[0]
        reply = self._send(call)
        if isinstance(reply, Reply):
            self.note(NETWORK, who, State.GOOD, f"answers at {where}")
            return reply
        advice = f"check the network, the proxy, and {variable}"
        if isinstance(reply, ConnectFailedError) and "certificate" in str(reply).lower():
            advice = "name the authority's certificate in FLUVIUS_CA_FILE if it is to be trusted"
        self.note(NETWORK, who, State.BAD, str(reply), advice)
        return None

    def _send(self, call: Call) -> Reply | TransportError:
        try:
            return self._driver.run(_once(call))
        except TransportError as error:
            return error

    def _compare(self, subject: str, ours: datetime, reply: Reply, advice: str) -> None:
        if reply.date is None:
            self.note(NETWORK, subject, State.UNKNOWN, "the answer tells no time")
            return
        ahead = ours - reply.date
        says = f"{_length(abs(ahead))} {'ahead' if ahead > timedelta() else 'behind'}"
        if abs(ahead) <= NOTICEABLE:
            self.note(NETWORK, subject, State.GOOD, "within a minute")
        elif abs(ahead) <= TOLERATED:
            self.note(NETWORK, subject, State.DOUBTFUL, says, advice)
        else:
            self.note(NETWORK, subject, State.BAD, says, advice)

    def _refused(self, topic: str, subject: str, error: FluviusAPIError) -> None:
        says, _, advice = str(error).rpartition(" (")
        shown = (says or str(error)).partition(" Trace ID:")[0]
        self.note(topic, subject, State.BAD, shown, advice.rstrip(")"))

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


def _once(call: Call) -> Steps[Reply]:
    reply: Reply = yield Send(call)
    return reply


def _length(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if round(seconds / unit) > 1:
            return f"{round(seconds / unit)} {name}"
    return f"{seconds} seconds"
