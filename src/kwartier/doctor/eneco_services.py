"""What Eneco and KPN FIAM say: are they there, do they let us in, and who has consented?"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

from kwartier.doctor.configuration import READ_THE_CLOCK
from kwartier.doctor.diagnosis import Diagnosis, State, told
from kwartier.doctor.eneco_settings import EnecoConfiguration
from kwartier.doctor.visit import SET_THE_CLOCK, TIMEOUT, Visit
from kwartier.eneco import (
    AuthenticationError,
    Contract,
    DecodeError,
    Endpoints,
    EnecoAPIError,
    EnecoClient,
    EnecoCredentials,
    ForbiddenError,
    NotFoundError,
    RetryPolicy,
)
from kwartier.eneco.fiam_flow import FiamFlow
from kwartier.errors import ConfigurationError, InputError
from kwartier.sync.contracts import to_mandate
from kwartier.transport import BrokenReplyError, Call, SyncDriver

NETWORK: Final = "Eneco: network"
SIGN_IN: Final = "Eneco: sign-in"
CONTRACTS: Final = "Eneco: contracts"
API: Final = "Eneco: API"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""A data owner that nobody is."""

_PATH: Final = f"/datashare/v1/nl/eneco/dataconsumer/{NOBODY}/heat/usages"


def examine_eneco_services(
    configuration: EnecoConfiguration,
    *,
    registered: Collection[str],
    now: Callable[[], datetime],
) -> list[Diagnosis]:
    """Knock at Eneco, sign in to KPN FIAM, list the contracts, and ask for one page of usages.

    ``registered`` are the data owners that are customers'; ``now`` is this machine's clock.
    """
    if configuration.endpoints is None:
        return []
    driver = SyncDriver(timeout=TIMEOUT, roots=configuration.roots)
    try:
        visit = _EnecoVisit(configuration, configuration.endpoints, driver, now)
        is_there = visit.knock()
        if configuration.credentials is None:
            says = "not tried, since credentials are missing or cannot be used (see there)"
            visit.note(SIGN_IN, "token", State.UNKNOWN, says)
        elif visit.sign_in(configuration.credentials) and is_there:
            with suppress(ConfigurationError):  # it is told with the settings
                visit.enter(configuration.credentials, registered)
        return visit.found
    finally:
        driver.close()


class _EnecoVisit(Visit):
    """One visit to Eneco and KPN FIAM."""

    def __init__(
        self,
        configuration: EnecoConfiguration,
        endpoints: Endpoints,
        driver: SyncDriver,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(driver, now, authority="ENECO_CA_FILE")
        self._environment = configuration.environment
        self._is_emulated = "KWARTIER_CLOCK" in configuration.variables
        self._clock = configuration.clock
        self._endpoints = endpoints

    def knock(self) -> bool:
        """Ask Eneco without credentials: any answer but 404 shows that it is there."""
        variable = f"{self._environment.prefix}_BASE_URL"
        call = Call(method="GET", url=self._endpoints.base_url + _PATH)
        reply = self.ask(NETWORK, "Eneco's API", variable, call)
        if reply is None:
            return False
        if reply.status == 404:
            advice = f"correct {variable}: it is what stands before /datashare/v1"
            self.note(NETWORK, "address", State.BAD, "there is no such API", advice)
            return False
        if self._clock is not None:
            advice = READ_THE_CLOCK if self._is_emulated else SET_THE_CLOCK
            self.compare(NETWORK, "clock and Eneco's", self._clock(self.now()), reply, advice)
        return True

    def sign_in(self, credentials: EnecoCredentials) -> bool:
        """Whether there is a token: a ready-made one, or one of KPN FIAM, asked for as the client
        does.
        """
        if not credentials.has_fiam:
            says = "ready-made; KPN FIAM is not asked"
            self.note(SIGN_IN, "token", State.UNKNOWN, says)
            return True
        if self._endpoints.token_url is None:
            says = "not tried: KPN FIAM's address is not known"
            self.note(SIGN_IN, "token", State.UNKNOWN, says)
            return False
        flow = FiamFlow(
            token_url=self._endpoints.token_url,
            client_id=credentials.client_id or "",
            keys=credentials.signing_keys(),
        )
        variable = f"{self._environment.fiam_prefix}_BASE_URL"
        try:
            reply = self.ask(NETWORK, "KPN FIAM", variable, flow.token_call())
            if reply is None:
                return False
            if not self._is_emulated:
                self.compare(NETWORK, "clock and KPN FIAM's", self.now(), reply, SET_THE_CLOCK)
            token = flow.read_token(reply)
        except EnecoAPIError as error:
            self.refused(SIGN_IN, "token", error)
            return False
        except (ConfigurationError, BrokenReplyError) as error:
            self.found.append(told(SIGN_IN, "token", error, advice="try again later"))
            return False
        minutes = round(token.expires_in / 60)
        self.note(SIGN_IN, "token", State.GOOD, f"granted for {minutes} min")
        return True

    def enter(self, credentials: EnecoCredentials, registered: Collection[str]) -> None:
        """List the contracts, and ask for a page of somebody's usages."""
        ours, clock = set(registered), self._clock or (lambda real: real)
        with EnecoClient(
            credentials,
            self._environment,
            clock=lambda: clock(self.now()),
            timeout=TIMEOUT,
            retry=RetryPolicy(attempts=1),
        ) as client:
            if credentials.has_fiam:
                ours = self._contracts(client, credentials.client_id, registered)
            self._usages(client, min(ours, default=None), credentials)

    def _contracts(
        self, client: EnecoClient, party: str | None, registered: Collection[str]
    ) -> set[str]:
        """The data owners whose contracts open usages to us."""
        try:
            listed = client.list_contracts()
        except EnecoAPIError as error:
            self.refused(CONTRACTS, "list", error)
            return set()
        except (DecodeError, BrokenReplyError) as error:
            advice = "try again later; if it stays, report it"
            self.found.append(told(CONTRACTS, "list", error, advice=advice))
            return set()
        number = len(listed.contracts)
        if listed.is_complete:
            self.note(CONTRACTS, "list", State.GOOD, f"complete: {number}")
        else:
            left = len(listed.undecoded)
            says = f"not complete: {number}, and {left} that cannot be read"
            advice = "nothing is taken for ended on its account; if it stays, ask KPN"
            self.note(CONTRACTS, "list", State.DOUBTFUL, says, advice)
        ours = {owner for one in listed.contracts for owner in _opened(one, party)}
        self._about_us(ours, registered)
        return ours

    def _about_us(self, ours: set[str], registered: Collection[str]) -> None:
        if not ours:
            advice = "`kwartier link CUSTOMER --provider eneco` says what a customer has to do"
            self.note(CONTRACTS, "about us", State.UNKNOWN, "none: nobody consents yet", advice)
            return
        says = f"data owners who let us see their usages: {len(ours)}"
        self.note(CONTRACTS, "about us", State.GOOD, says)
        nobodys = ours.difference(registered)
        if nobodys:
            says = f"data owners who are nobody's: {len(nobodys)}"
            advice = (
                "`kwartier mandates --provider eneco` shows them, `kwartier customers add ID "
                "--data-owner UUID` says whose each is"
            )
            self.note(CONTRACTS, "customers", State.DOUBTFUL, says, advice)
        else:
            self.note(CONTRACTS, "customers", State.GOOD, "each data owner is a customer's")

    def _usages(
        self, client: EnecoClient, owner: str | None, credentials: EnecoCredentials
    ) -> None:
        """Ask for the newest page of ``owner``; of nobody, where nobody consents."""
        variable = f"{self._environment.prefix}_API_KEY"
        try:
            page = client.get_usages(owner or NOBODY)
        except AuthenticationError as error:
            says = str(error).rpartition(" (")[0] or str(error)
            advice = f"check {variable}; each environment has its own"
            if not credentials.has_fiam:
                advice += f"; and {self._environment.prefix}_CONSUMER_TOKEN"
            self.note(API, "API key", State.BAD, says, advice)
        except (ForbiddenError, NotFoundError) as error:
            self.note(API, "API key", State.GOOD, "accepted")
            self._not_shown(owner, error, credentials)
        except EnecoAPIError as error:
            self.refused(API, "usages", error)
        except (DecodeError, BrokenReplyError) as error:
            self.found.append(told(API, "usages", error, advice="if it stays, report it"))
        else:
            self.note(API, "API key", State.GOOD, "accepted")
            says = f"of one data owner: {len(page.usage_channels)} channels"
            self.note(API, "usages", State.GOOD, says)

    def _not_shown(
        self, owner: str | None, error: EnecoAPIError, credentials: EnecoCredentials
    ) -> None:
        """403 and 404 mean something else with a contract than without."""
        if owner is None:
            says = "nobody's could be asked for, since nobody consents yet"
            self.note(API, "usages", State.UNKNOWN, says)
        elif isinstance(error, NotFoundError):
            says = "Eneco does not know a data owner who is listed (404)"
            advice = "check that Eneco's and KPN FIAM's addresses are of one environment"
            if not credentials.has_fiam:
                says = "Eneco does not know a data owner of the registry (404)"
                advice = "check its UUID in `kwartier customers list`, and the environment"
            self.note(API, "usages", State.BAD, says, advice)
        elif credentials.has_fiam:
            says = "Eneco sees no active contract, though KPN FIAM lists one (403)"
            advice = "try again later; check that both addresses are of one environment; ask Eneco"
            self.note(API, "usages", State.BAD, says, advice)
        else:
            says = "no active contract of a data owner of the registry (403)"
            advice = "the customer has not consented, or no longer; or the token is not known"
            self.note(API, "usages", State.DOUBTFUL, says, advice)


def _opened(contract: Contract, party: str | None) -> list[str]:
    """The data owner whose usages the contract lets ``party`` see, if it does."""
    try:
        mandate = to_mandate(contract, party)
    except InputError:
        return []
    return [mandate.reference_number] if mandate.granularities else []
