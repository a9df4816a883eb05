"""Why there may be no data: every cause in words, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kwartier.vocabulary.local_time import BRUSSELS
from kwartier.vocabulary.provider import FLUVIUS, provider_title


class Who(StrEnum):
    """Who has to do something: the customer, the grid user (who may be somebody else), the
    provider of data (Fluvius, or another), us (the energy service provider), or nobody.
    """

    CUSTOMER = "customer"
    GRID_USER = "grid_user"
    FLUVIUS = "fluvius"
    PROVIDER = "provider"
    US = "us"
    NOBODY = "nobody"


class Cause(StrEnum):
    """Why there is no data, or not all of it: what somebody can do something about before what only
    time mends, and last what is as it should be. What ails the runs stands before what it may
    explain.
    """

    ON_HOLD = "on_hold"
    CREDENTIALS = "credentials"
    RUN_FAILED = "run_failed"
    ENDED = "ended"
    MOVED_OUT = "moved_out"
    EXPIRED = "expired"
    REFUSED = "refused"
    NOT_LISTED = "not_listed"
    UNKNOWN_STATUS = "unknown_status"
    OPENS_NOTHING = "opens_nothing"
    REGISTRATION_OFF = "registration_off"
    NO_VALUES = "no_values"
    OUTAGE = "outage"
    RATE_LIMIT = "rate_limit"
    NOT_INVITED = "not_invited"
    NOT_OPENED = "not_opened"
    NOT_REQUESTED = "not_requested"
    LINK_FAILED = "link_failed"
    TURNED_BACK = "turned_back"
    LINK_EXPIRED = "link_expired"
    LINK_LIVES = "link_lives"
    NOT_SEEN_YET = "not_seen_yet"
    WAITING = "waiting"
    FEWER_METERS = "fewer_meters"
    REQUESTS_REFUSED = "requests_refused"
    REQUESTS_FAILED = "requests_failed"
    NOT_ASKED = "not_asked"
    GAP = "gap"
    LATE = "late"
    SUPPRESSED = "suppressed"
    TO_BE_RENEWED = "to_be_renewed"
    RENEWAL_WAITING = "renewal_waiting"
    BEFORE_INSTALLATION = "before_installation"
    NOT_DUE = "not_due"
    COMPLETE = "complete"


HARMLESS: Final = frozenset(
    {
        Cause.TO_BE_RENEWED,
        Cause.RENEWAL_WAITING,
        Cause.BEFORE_INSTALLATION,
        Cause.NOT_DUE,
        Cause.COMPLETE,
    }
)
"""What keeps nothing away that should be there now."""
SEVERITY: Final = {cause: number for number, cause in enumerate(Cause)}


@dataclass(frozen=True, slots=True)
class Wording:
    """``about``: when it holds. ``says`` and ``next_step`` are sentences for a colleague to read
    out, with names in braces for what a finding fills in. ``who`` has to act.
    """

    about: str
    says: str
    next_step: str
    who: Who


WORDINGS: Final[Mapping[Cause, Wording]] = {
    Cause.ON_HOLD: Wording(
        "data is held back until a person decides",
        "What was fetched until {day} is held back and used by nobody: {why}.",
        "The privacy officer decides: keep or erase, on the page Held back or by `kwartier holds`.",
        Who.US,
    ),
    Cause.CREDENTIALS: Wording(
        "the last run was not let in: certificate, credentials or settings",
        "{provider} has not let us in since {moment} (certificate, credentials or settings), so "
        "nothing can be fetched for anybody.",
        "Tell whoever runs kwartier: `kwartier doctor` says what is wrong, such as a certificate "
        "that has expired. The customer need not do anything.",
        Who.US,
    ),
    Cause.RUN_FAILED: Wording(
        "the last run ended with another error of ours",
        "Our last attempt to fetch from {provider}, on {moment}, failed on our side.",
        "Tell whoever runs kwartier: the page Runs shows the error.",
        Who.US,
    ),
    Cause.ENDED: Wording(
        "every mandate was ended",
        "The consent was ended on {day} by the customer, the grid user or {provider}.",
        "Ask the customer whether that was meant. If not, the customer consents again by the same "
        "invitation.",
        Who.CUSTOMER,
    ),
    Cause.MOVED_OUT: Wording(
        "the period of the data is over: moved, disconnected, or so agreed",
        "There is no data after {day}: the customer moved out, the meter was disconnected, or the "
        "consent was for no longer.",
        "Ask whether the customer has moved: for a new address the customer consents again.",
        Who.CUSTOMER,
    ),
    Cause.EXPIRED: Wording(
        "the consent ran out and was not renewed",
        "The consent ran out on {day}. What was fetched stays; nothing new comes.",
        "Send the customer the link again: the same invitation renews the consent.",
        Who.CUSTOMER,
    ),
    Cause.REFUSED: Wording(
        "the grid user refused, or did not answer in a month",
        "The request was refused, or left without an answer for a month, as Fluvius said on {day}.",
        "Ask the customer who the grid user is (whose name the contract of the grid is in), and "
        "send the link again: the request is made anew.",
        Who.CUSTOMER,
    ),
    Cause.NOT_LISTED: Wording(
        "a mandate is no longer on the provider's list, and was not said to have ended",
        "Since {day} {provider} no longer lists this consent, without saying that it ended. It is "
        "no longer fetched; nothing was erased.",
        "Ask {provider} what became of the mandate under reference {reference}.",
        Who.US,
    ),
    Cause.UNKNOWN_STATUS: Wording(
        "a mandate has a status that we do not know",
        "{provider} calls the state of this consent {status}, which kwartier does not know.",
        "Ask {provider} what it means, and tell whoever runs kwartier.",
        Who.US,
    ),
    Cause.OPENS_NOTHING: Wording(
        "a mandate or contract opens nothing that can be fetched",
        "The consent stands, but it opens no measurements: {service}.",
        "Have the customer consent to the data that is wanted, by the invitation.",
        Who.CUSTOMER,
    ),
    Cause.REGISTRATION_OFF: Wording(
        "day values arrive, finer ones do not: their registration is off",
        "Day values of {point} arrive, {slices} do not{stop}: the meter's registration of {slices} "
        "is not switched on.",
        "Ask the customer to switch on the registration of quarter-hours in Mijn Fluvius; history "
        "begins on that day.",
        Who.CUSTOMER,
    ),
    Cause.NO_VALUES: Wording(
        "the provider was asked and had nothing at all",
        "{provider} answered on {moment} that it has no {slices} of {point}.",
        "Ask the customer whether the meter is a digital one, and for quarter-hours whether their "
        "registration is switched on in Mijn Fluvius. If both are so, ask {provider}.",
        Who.CUSTOMER,
    ),
    Cause.OUTAGE: Wording(
        "the provider's service did not answer in the last run",
        "{provider} has not answered, or only with errors, since {moment}.",
        "Wait: kwartier goes on asking, and nothing gets lost. The customer need not do anything.",
        Who.PROVIDER,
    ),
    Cause.RATE_LIMIT: Wording(
        "the last run made more requests than it may",
        "{provider} has limited how much we may ask since {moment}; what is missing comes later.",
        "Wait for the next run. If it goes on for days, tell whoever runs kwartier.",
        Who.US,
    ),
    Cause.NOT_INVITED: Wording(
        "nobody invited the customer",
        "The customer was never invited to share anything.",
        "Invite the customer, on the page of the customer or by `kwartier invite {customer}`.",
        Who.US,
    ),
    Cause.NOT_OPENED: Wording(
        "the customer was invited and did not open the link",
        "The customer was invited on {day} and has not opened the link.",
        "Check the address it went to, and remind the customer.",
        Who.CUSTOMER,
    ),
    Cause.NOT_REQUESTED: Wording(
        "the customer opened the link and went no further",
        "The customer opened the link on {day} and did not go on from there.",
        "Ask what held the customer up, and send the link again.",
        Who.CUSTOMER,
    ),
    Cause.LINK_FAILED: Wording(
        "the customer clicked, and no address could be made at the provider of data",
        "On {moment} the customer clicked, and {provider} gave us no address to send the customer "
        "to.",
        "Tell whoever runs kwartier if it goes on; the customer may try the same link again.",
        Who.US,
    ),
    Cause.TURNED_BACK: Wording(
        "the customer came back from the provider of data without consenting",
        "On {moment} the customer came back from {provider} without having made a request.",
        "Ask whether that was meant; the same link works again.",
        Who.CUSTOMER,
    ),
    Cause.LINK_EXPIRED: Wording(
        "the short URL was not used in 24 hours",
        "The customer went to {provider} on {moment} with an address that was good for 24 hours, "
        "and we have seen no request come of it.",
        "Send the invitation again: its link is permanent, and makes a fresh address at each "
        "click.",
        Who.CUSTOMER,
    ),
    Cause.LINK_LIVES: Wording(
        "the customer is at the provider of data, with a short URL that still lives",
        "The customer went to {provider} on {moment} and can still finish there until {until}.",
        "Wait, or ask the customer whether it worked.",
        Who.CUSTOMER,
    ),
    Cause.NOT_SEEN_YET: Wording(
        "the customer made a request that the list of mandates does not show yet",
        "The customer came back from {provider} on {moment}; the request is not on the list of "
        "mandates that we fetched last.",
        "Wait for the next look at the list, in an hour or so. Whoever runs kwartier can have it "
        "looked at now by `kwartier mandates`.",
        Who.US,
    ),
    Cause.WAITING: Wording(
        "the grid user has not answered",
        "The request has been with the grid user since {day}, who has {left} left to answer.",
        "Ask the customer to have the grid user look at Mijn Fluvius, where the question is open.",
        Who.GRID_USER,
    ),
    Cause.FEWER_METERS: Wording(
        "fewer metering points were granted than expected",
        "{granted} of the {expected} metering points that were expected were granted.",
        "Ask the customer to consent for the others too, by the same invitation.",
        Who.CUSTOMER,
    ),
    Cause.REQUESTS_REFUSED: Wording(
        "the provider refuses requests for a metering point that a mandate opens",
        "{provider} refused our last request for {point}, on {moment}.",
        "Wait a day: the next look at the mandates tells whether the consent still stands. If it "
        "does and this goes on, ask {provider}.",
        Who.PROVIDER,
    ),
    Cause.REQUESTS_FAILED: Wording(
        "requests for a metering point fail",
        "Our last request for {point}, on {moment}, failed; values of {span} are yet to be "
        "fetched.",
        "Wait for the next run, which asks again.",
        Who.US,
    ),
    Cause.NOT_ASKED: Wording(
        "what the consent opens was not asked for yet",
        "The values of {point} of {span} were not asked for yet.",
        "Wait for the next run, or have them asked for now: the page Coverage of the metering "
        "point, or `kwartier sync --point {point}`.",
        Who.US,
    ),
    Cause.GAP: Wording(
        "values are missing between others",
        "There is a gap of {amount} in {point}, {span}: {provider} was asked and does not have "
        "them.",
        "Wait: it is asked again by itself, with growing pauses. For old days, ask {provider}.",
        Who.PROVIDER,
    ),
    Cause.LATE: Wording(
        "the newest values are overdue",
        "The newest {slices} of {point} are late: there is nothing after {day}.",
        "Wait: it is asked again by itself. After a week, ask {provider} whether the meter still "
        "communicates.",
        Who.PROVIDER,
    ),
    Cause.SUPPRESSED: Wording(
        "the customer had the data erased",
        "On {day} the data was erased at the customer's request, and nothing is fetched any more "
        "although the consent still stands.",
        "Nothing, unless the customer wants the service again: whoever runs kwartier then has the "
        "data fetched anew by `kwartier erase --lift`.",
        Who.NOBODY,
    ),
    Cause.TO_BE_RENEWED: Wording(
        "the consent runs out within three months",
        "The consent runs out on {day}. Until then data goes on coming.",
        "Send the customer the link: the same invitation renews the consent.",
        Who.CUSTOMER,
    ),
    Cause.RENEWAL_WAITING: Wording(
        "the consent was renewed, and the grid user has not answered",
        "The customer renewed the consent, which runs out on {day}; the grid user has yet to "
        "agree.",
        "Ask the customer to have the grid user look at Mijn Fluvius.",
        Who.GRID_USER,
    ),
    Cause.BEFORE_INSTALLATION: Wording(
        "the period begins before there were values",
        "{provider} has no {slices} of {point} before {day}: the meter was installed, or began to "
        "register them, on that day.",
        "Nothing: earlier values do not exist.",
        Who.NOBODY,
    ),
    Cause.NOT_DUE: Wording(
        "nothing has to be there yet",
        "The first values of {point} are not due before {moment}.",
        "Wait: electricity arrives on the next day, gas after three.",
        Who.NOBODY,
    ),
    Cause.COMPLETE: Wording(
        "nothing is wrong",
        "All that is due is there, up to {day}.",
        "Nothing.",
        Who.NOBODY,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason, in words that a colleague can read to the customer. ``since`` is when it began,
    as far as that is known; ``metering_point`` and ``energy_type`` are None where it is about the
    customer as a whole.
    """

    cause: Cause
    says: str
    next_step: str
    who: Who
    since: datetime | None = None
    metering_point: str | None = None
    energy_type: str | None = None


def finding(
    cause: Cause,
    *,
    provider: str = FLUVIUS,
    since: datetime | None = None,
    point: str | None = None,
    energy_type: str | None = None,
    **said: object,
) -> Finding:
    """A finding with the names in its sentences filled in; instants as local time."""
    wording = WORDINGS[cause]
    names = {name: _told(value) for name, value in said.items()}
    names |= {"provider": provider_title(provider), "point": point or ""}
    who = Who.FLUVIUS if (wording.who, provider) == (Who.PROVIDER, FLUVIUS) else wording.who
    return Finding(
        cause=cause,
        says=wording.says.format_map(names),
        next_step=wording.next_step.format_map(names),
        who=who,
        since=since,
        metering_point=point,
        energy_type=energy_type,
    )


def day(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(BRUSSELS).date()


def _told(value: object) -> str:
    return (
        f"{value.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
        if isinstance(value, datetime)
        else str(value)
    )
