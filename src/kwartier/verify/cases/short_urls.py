"""``POST /api/shortUrlIdentifier``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import DECK, CannotTry, Otherwise, documented, reading
from kwartier.verify.lab import Lab, iso

FAILED: Final = "failed (200)"
DROPPED: Final = object()
ENTERPRISE: Final = "0444444496"
"""A made-up enterprise number whose check digits are right."""
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def _ask(lab: Lab, **changes: Any) -> Reply:
    """A request that keeps all rules, but for ``changes``; DROPPED leaves a member out."""
    number = lab.line.credentials.data_access_contract_number
    if not number:
        raise CannotTry("it needs a contract number: set FLUVIUS_DATA_ACCESS_CONTRACT_NUMBER")
    body = {
        "dataAccessContractNumber": number,
        "referenceNumber": lab.own.reference(),
        "flow": "B2C",
        "dataServices": [{"dataServiceType": "VH_dag"}],
        **changes,
    }
    given = {name: value for name, value in body.items() if value is not DROPPED}
    return lab.line.post("/api/shortUrlIdentifier", given)


def _outcome(reply: Reply) -> str:
    if reply.is_success and seen.member(seen.content(reply), "data", "status") != "success":
        return FAILED
    return seen.outcome(reply)


def _with(**changes: Any) -> Callable[[Lab], str]:
    return lambda lab: _outcome(_ask(lab, **changes))


def _services(*services: str) -> Callable[[Lab], str]:
    return _with(dataServices=[{"dataServiceType": service} for service in services])


def _period(
    begin: Callable[[Lab], datetime | None], end: Callable[[Lab], datetime | None] | None = None
) -> Callable[[Lab], str]:
    def probe(lab: Lab) -> str:
        ends = {"dataPeriodFrom": begin(lab), "dataPeriodTo": end(lab) if end else None}
        times = {name: iso(at) if at else None for name, at in ends.items()}
        return _outcome(_ask(lab, dataServices=[{"dataServiceType": "VH_dag", **times}]))

    return probe


def _ago(days: int) -> Callable[[Lab], datetime]:
    return lambda lab: lab.midnight(days)


def _reference(change: Callable[[str], str]) -> Callable[[Lab], str]:
    return lambda lab: _outcome(_ask(lab, referenceNumber=change(lab.own.reference())))


def _identifier(lab: Lab) -> str:
    made = seen.member(seen.content(_ask(lab)), "data", "shortUrlIdentifier")
    is_hex = isinstance(made, str) and _HEX.fullmatch(made)
    return "64 hex digits" if is_hex else f"{len(str(made))} characters"


def _life(lab: Lab) -> str:
    made = seen.content(_ask(lab))
    ends = (seen.member(made, "data", "validTo"), seen.member(made, "_meta", "fetchTime"))
    try:
        until, at = (datetime.fromisoformat(str(text)) for text in ends)
    except ValueError as error:
        raise Otherwise("times that are none") from error
    return f"{round((until - at) / timedelta(hours=1), 1):g} hours"


def _kind(lab: Lab) -> str:
    return seen.problem_kind(_ask(lab, dataAccessContractNumber=DROPPED))


def _rules(lab: Lab) -> str:
    rules = seen.problem(_ask(lab, dataAccessContractNumber=DROPPED)).get("validationerrormessages")
    return "broken rules" if isinstance(rules, list) and rules else seen.NOTHING


_NO = seen.refused(400)

CASES: Final = (
    documented(
        "short-url", "a request that keeps all rules makes a session", seen.ACCEPTED, _with()
    ),
    documented("short-url-identifier", "a session's identifier", "64 hex digits", _identifier),
    documented(
        "short-url-life",
        "how long a session lives, from fetchTime to validTo",
        "24 hours",
        _life,
        source=DECK,
    ),
    documented(
        "short-url-without-contract",
        "the contract number is mandatory",
        _NO,
        _with(dataAccessContractNumber=DROPPED),
    ),
    reading(
        "short-url-unknown-contract",
        "an unknown contract number fails with status 200",
        FAILED,
        _with(dataAccessContractNumber="0000000000"),
    ),
    documented(
        "body-error-kind",
        "type and code of the refusal of a body that breaks a rule",
        "AppValidationException, ModelValidation.Failed",
        _kind,
    ),
    documented(
        "body-error-rules",
        "the refusal of a body lists the rules that it breaks",
        "broken rules",
        _rules,
    ),
    documented(
        "short-url-reference-35",
        "a reference number may have 35 characters",
        seen.ACCEPTED,
        _reference(lambda own: own.ljust(35, "x")),
        source=DECK,
    ),
    documented(
        "short-url-reference-36",
        "a reference number may not have 36 characters",
        _NO,
        _reference(lambda own: own.ljust(36, "x")),
        source=DECK,
    ),
    documented(
        "short-url-reference-reserved",
        "a reference number may not begin with MijnFluvius-",
        _NO,
        _reference(lambda own: f"MijnFluvius-{own[-12:]}"),
        source=DECK,
    ),
    documented(
        "short-url-reference-underscore",
        "a reference number may not hold an underscore",
        _NO,
        _reference(lambda own: f"{own}_b"),
        source=DECK,
    ),
    documented("short-url-without-flow", "the flow is mandatory", _NO, _with(flow=DROPPED)),
    reading(
        "json-words-case-sensitive",
        "flow is read in its own casing only: b2c is no B2C",
        _NO,
        _with(flow="b2c"),
    ),
    documented(
        "short-url-b2b-without-enterprise-number",
        "B2B needs no enterprise number",
        seen.ACCEPTED,
        _with(flow="B2B"),
    ),
    documented(
        "short-url-without-services",
        "dataServices are mandatory",
        _NO,
        _with(dataServices=DROPPED),
        source=DECK,
    ),
    documented(
        "short-url-no-services",
        "dataServices may not be empty",
        _NO,
        _with(dataServices=[]),
        source=DECK,
    ),
    documented(
        "short-url-four-services",
        "dataServices may not be four",
        _NO,
        _services("VH_dag", "VH_kwartier_uur", "VH_onbepaald", "IG"),
        source=DECK,
    ),
    documented(
        "short-url-three-services",
        "dataServices may be three, IG among them",
        seen.ACCEPTED,
        _services("VH_dag", "VH_kwartier_uur", "IG"),
    ),
    documented(
        "short-url-undetermined",
        "VH_onbepaald may be asked for",
        seen.ACCEPTED,
        _services("VH_onbepaald"),
        source=DECK,
    ),
    reading(
        "short-url-two-services-in-one-text",
        "'VH_dag, VH_kwartier_uur' means two services, and as one text it is refused",
        _NO,
        _services("VH_dag, VH_kwartier_uur"),
    ),
    reading(
        "short-url-vh-kwartier",
        "VH_kwartier is a slip of the pen, and refused",
        _NO,
        _services("VH_kwartier"),
    ),
    reading(
        "short-url-vh-half-uur", "VH_half_uur is no data service", _NO, _services("VH_half_uur")
    ),
    documented(
        "short-url-period",
        "a data period may reach from the past into the future",
        seen.ACCEPTED,
        _period(_ago(30), _ago(-30)),
        source=DECK,
    ),
    documented(
        "short-url-period-null",
        "both ends of a data period may be null",
        seen.ACCEPTED,
        _period(lambda _lab: None),
        source=DECK,
    ),
    documented(
        "short-url-period-four-years-ago",
        "a data period may not begin over three years ago",
        _NO,
        _period(_ago(4 * 365)),
        source=DECK,
    ),
    documented(
        "short-url-period-in-the-future",
        "a data period may not begin in the future",
        _NO,
        _period(_ago(-30)),
        source=DECK,
    ),
    documented(
        "short-url-period-backwards",
        "a data period may not end where it begins",
        _NO,
        _period(_ago(30), _ago(30)),
        source=DECK,
    ),
    documented(
        "short-url-eans-1001",
        "numberOfEans may not be 1001",
        _NO,
        _with(numberOfEans=1001),
        source=DECK,
    ),
    documented(
        "short-url-eans-1000",
        "numberOfEans may be 1000",
        seen.ACCEPTED,
        _with(numberOfEans=1000),
        source=DECK,
    ),
    documented(
        "short-url-eans-0",
        "numberOfEans may be 0, for no limit",
        seen.ACCEPTED,
        _with(numberOfEans=0),
        source=DECK,
    ),
    documented(
        "short-url-nulls",
        "optional members may be null",
        seen.ACCEPTED,
        _with(numberOfEans=None, returnUrlSuccess=None, sso=None, enterpriseNumber=None),
        source=DECK,
    ),
    documented(
        "short-url-return-url",
        "returnUrlSuccess must be an address",
        _NO,
        _with(returnUrlSuccess="no web address"),
        source=DECK,
    ),
    *(
        documented(
            f"short-url-enterprise-number-{len(digits)}",
            f"an enterprise number of {len(digits)} digits",
            seen.ACCEPTED if len(digits) in (9, 10) else _NO,
            _with(flow="B2B", enterpriseNumber=digits),
            source=DECK,
        )
        for digits in (ENTERPRISE[2:], ENTERPRISE[1:], ENTERPRISE, f"0{ENTERPRISE}")
    ),
    reading(
        "short-url-enterprise-number-check-digits",
        "the check digits of an enterprise number are not looked at",
        seen.ACCEPTED,
        _with(flow="B2B", enterpriseNumber="0123456789"),
    ),
)
