"""How requests are read: casing, slashes, media types, parameters that nobody knows."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any, Final

import msgspec

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import CLIENTS, DECK, documented, reading
from kwartier.verify.lab import Lab, iso
from kwartier.verify.own import Block

TWO: Final = "2 mandates"
BOTH: Final = "dailyEnergy, quarterHourlyEnergy"


def _found(reply: Reply) -> str:
    """How many mandates a question for the shared point, which has two, brings."""
    return seen.counted(len(seen.mandates(reply)), "mandate")


def _asked_at(path: str) -> Any:
    def probe(lab: Lab) -> str:
        reference = lab.shared(Block.SOLAR_QUARTER).reference
        return _found(lab.line.get(path, {"referenceNumber": reference}))

    return probe


def _other_names(lab: Lab) -> str:
    reference = lab.shared(Block.SOLAR_QUARTER).reference
    return _found(lab.line.get("/api/mandate", {"ReferenceNumber": reference}))


def _nonsense(lab: Lab) -> str:
    reference = lab.shared(Block.SOLAR_QUARTER).reference
    return _found(lab.mandates(reference, kwartierVerify="1"))


def _mock_body(lab: Lab) -> dict[str, Any]:
    return {
        "referenceNumber": lab.own.reference(),
        "ean": lab.own.common_ean(Block.DAY),
        "dataServiceType": "VH_dag",
        "dataPeriodFrom": iso(lab.midnight(30)),
        "status": "Approved",
    }


def _upper_case_members(lab: Lab) -> str:
    body = {name.upper(): value for name, value in _mock_body(lab).items()}
    return seen.outcome(lab.line.post("/api/mandate/mock", body))


def _unknown_member(lab: Lab) -> str:
    body = {**_mock_body(lab), "energyType": "E", "kwartierVerify": True}
    return seen.outcome(lab.line.post("/api/mandate/mock", body))


def _as(media_type: str) -> Any:
    def probe(lab: Lab) -> str:
        body = _mock_body(lab)
        return seen.outcome(lab.line.post("/api/mandate/mock", body, media_type=media_type))

    return probe


def _no_json(lab: Lab) -> str:
    reply = lab.line.post("/api/mandate/mock", b"{")
    return f"{seen.outcome(reply)} {seen.problem(reply).get('code', seen.NO_SUCH_CODE)}"


def _other_word_case(lab: Lab) -> str:
    return seen.outcome(lab.mandates(lab.shared(Block.SOLAR_QUARTER).reference, energyType="e"))


def _two_days(lab: Lab, **query: str) -> Reply:
    point = lab.shared(Block.SOLAR_QUARTER)
    return lab.energy(point, lab.midnight(42), lab.midnight(40), **query)


def _service_filter(lab: Lab) -> str:
    return seen.arrays(_two_days(lab, dataServiceType="VH_dag"))


def _with_offset(lab: Lab) -> str:
    start = lab.midnight(42).astimezone(timezone(timedelta(hours=1)))
    return seen.outcome(_two_days(lab, **{"from": start.isoformat()}))


def _times(lab: Lab) -> str:
    reply = _two_days(lab, granularity="daily")
    found = seen.slices(reply, "dailyEnergy")
    times = [one.get(end) for one in found for end in ("start", "end")]
    times.append(seen.member(seen.content(reply), "_meta", "fetchTime"))
    odd = [text for text in times if not seen.is_wire_time(text)]
    return f"{len(odd)} of {len(times)} otherwise" if odd else "YYYY-MM-DDTHH:MM:SSZ"


def _media_type(lab: Lab) -> str:
    reply = _two_days(lab)
    return reply.headers.get("content-type", "none").partition(";")[0].strip().lower()


def _statuses(lab: Lab) -> str:
    made = lab.line.post("/api/mandate/mock", _mock_body(lab))
    return f"GET {_two_days(lab).status}, POST {made.status}"


def _members(lab: Lab) -> str:
    document: dict[str, Any] = msgspec.json.decode(_two_days(lab).body)
    return seen.listed(document)


CASES: Final = (
    documented(
        "path-any-case",
        "paths are read in any casing",
        TWO,
        _asked_at("/API/Mandate"),
        source=CLIENTS,
    ),
    documented(
        "path-doubled-slash",
        "a doubled slash counts as one",
        TWO,
        _asked_at("//api/mandate"),
        source=CLIENTS,
    ),
    documented(
        "query-names-any-case",
        "names of query parameters are read in any casing",
        TWO,
        _other_names,
        source=CLIENTS,
    ),
    documented(
        "query-words-case-sensitive",
        "values of enumerations in queries are read in their own casing only",
        seen.refused(400),
        _other_word_case,
    ),
    reading(
        "json-names-any-case",
        "names of JSON properties are read in any casing",
        seen.ACCEPTED,
        _upper_case_members,
    ),
    reading(
        "json-unknown-names-ignored",
        "JSON properties that v3 does not know, v2's energyType among them, are ignored",
        seen.ACCEPTED,
        _unknown_member,
    ),
    reading(
        "query-unknown-names-ignored",
        "query parameters that nobody knows are ignored",
        TWO,
        _nonsense,
    ),
    reading(
        "energy-v2-service-filter-ignored",
        "v2's dataServiceType is ignored in v3's energy call",
        BOTH,
        _service_filter,
    ),
    documented("body-text-json", "text/json is taken for JSON", seen.ACCEPTED, _as("text/json")),
    documented(
        "body-suffix-json",
        "application/*+json is taken for JSON",
        seen.ACCEPTED,
        _as("application/merge-patch+json"),
    ),
    reading(
        "body-other-media-type",
        "any other media type is answered 415",
        seen.refused(415),
        _as("text/plain"),
    ),
    reading(
        "body-no-json",
        "a body that is no JSON is refused like one that breaks a rule",
        "refused (400) ModelValidation.Failed",
        _no_json,
    ),
    reading(
        "times-with-an-offset",
        "date-times with an offset are taken too",
        seen.ACCEPTED,
        _with_offset,
    ),
    documented(
        "times-in-replies",
        "date-times in replies are UTC to the second",
        "YYYY-MM-DDTHH:MM:SSZ",
        _times,
        source=DECK,
    ),
    documented("replies-are-json", "replies are JSON", "application/json", _media_type),
    documented(
        "success-is-200", "success is always 200, POST included", "GET 200, POST 200", _statuses
    ),
    documented("reply-members", "a reply has data and _meta", "_meta, data", _members),
)
