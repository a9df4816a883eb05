"""The emulated Eneco DataShare, asked over raw HTTP: every row of its table of errors, the order
of its checks, its sandbox, and what its usages look like.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pyarrow.compute as pc
import pytest

from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import CONSUMERS
from kwartier.emulator.thread import EmulatorThread
from kwartier.wire.eneco import CHANNEL_UNITS
from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Answer, send
from support.faults import FaultControl
from support.raw_eneco import RawEneco

STRANGER = "0b5e6f0a-0000-4000-8000-00000000abcd"
NIL = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def emulated(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    """One for this module: give each test data owners of its own."""
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture(scope="module")
def eneco(emulated: EmulatorThread) -> RawEneco:
    return RawEneco(emulated.env)


@pytest.fixture(scope="module")
def production(emulated: EmulatorThread) -> RawEneco:
    return RawEneco(emulated.env, Environment.PRODUCTION)


@pytest.fixture
def faults(emulated: EmulatorThread) -> Iterator[FaultControl]:
    control = FaultControl(emulated.url)
    yield control
    control.clear()


def problem(answer: Answer, status: int) -> str:
    """That it is one; its detail."""
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    assert set(answer.json) >= {"type", "title", "status", "detail"}
    assert answer.json["status"] == status
    detail: str = answer.json["detail"]
    return detail


def listed(answer: Answer, status: int) -> str:
    """That it is a list of one error; its message."""
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")
    (error,) = answer.json["errors"]
    assert set(error) == {"code", "message"}
    message: str = error["message"]
    return message


def instant(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def test_with_consent_a_day_of_hours_comes_with_the_documented_units(eneco: RawEneco) -> None:
    owner = eneco.owners[4]
    eneco.grant(owner.id, startDate="2026-01-01")
    answer = eneco.usages(owner.id, "2026-07-01T12:34:56Z")
    assert answer.status == 200
    assert answer.headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    assert set(answer.json) == {"startDate", "endDate", "usageChannels"}
    start, end = instant(answer.json["startDate"]), instant(answer.json["endDate"])
    assert (start, end) == (
        datetime(2026, 6, 30, 12, tzinfo=UTC),
        datetime(2026, 7, 1, 12, tzinfo=UTC),
    )
    assert {each["channelId"] for each in answer.json["usageChannels"]} == set(owner.channels)
    for channel in answer.json["usageChannels"]:
        assert channel["unit"] == CHANNEL_UNITS[channel["channelId"]]
        stamps = [instant(each["timestamp"]) for each in channel["usageRecords"]]
        assert stamps == [start + timedelta(hours=hour) for hour in range(24)]
        assert all(each["amount"] >= 0 for each in channel["usageRecords"])


def test_without_an_end_the_newest_hours_come_and_those_of_the_future_never(
    eneco: RawEneco,
) -> None:
    owner = eneco.owners[0].id
    eneco.grant(owner, startDate="2026-01-01")
    newest = eneco.usages(owner).json
    assert FROZEN_AT - timedelta(days=4) < instant(newest["endDate"]) <= FROZEN_AT
    (last,) = {each["usageRecords"][-1]["timestamp"] for each in newest["usageChannels"]}
    assert instant(last) + timedelta(hours=1) == instant(newest["endDate"])
    beyond = eneco.usages(owner, "2026-11-20T12:00:00Z").json
    assert instant(beyond["endDate"]) == FROZEN_AT
    assert beyond["usageChannels"][0]["usageRecords"][-1]["timestamp"] == last


def test_pages_back_join_until_nothing_is_left(eneco: RawEneco) -> None:
    owner = eneco.owners[9]  # since March 2026 only
    eneco.grant(owner.id, startDate="2026-01-01")
    found, end = [], None
    for _ in range(300):
        page = eneco.usages(owner.id, end).json
        if end is not None:
            assert page["endDate"] == end, "without a hole or an overlap"
        if not page["usageChannels"]:
            break
        found.append([each["timestamp"] for each in page["usageChannels"][0]["usageRecords"]])
        end = page["startDate"]
    else:
        pytest.fail("there is no end to it")
    stamps = [instant(each) for page in reversed(found) for each in page]
    assert stamps[0] == datetime(2026, 2, 28, 23, tzinfo=UTC), "midnight of the first of March"
    assert len(stamps) == len(set(stamps)) == (stamps[-1] - stamps[0]) // timedelta(hours=1) + 1


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_the_days_of_the_clock_change_have_23_and_25_hours(
    eneco: RawEneco, emulated: EmulatorThread, day: str, hours: int
) -> None:
    owner = eneco.owners[0].id
    eneco.grant(owner, startDate="2026-01-01")
    local = eneco.truth(owner).to_pandas()
    local = local[local.energy_type == "heat"]
    shown = local.start.dt.tz_convert("Europe/Amsterdam").dt.strftime("%Y-%m-%d")
    of_day = set(local.start[shown == day])
    assert len(of_day) == hours
    told = {
        instant(each["timestamp"])
        for end in (f"{day}T12:00:00Z", f"{day}T23:59:00Z")
        for each in eneco.usages(owner, end).json["usageChannels"][0]["usageRecords"]
    }
    assert of_day <= told


def test_truth_and_usages_tell_the_same(eneco: RawEneco) -> None:
    owner = eneco.owners[3]
    eneco.grant(owner.id, startDate="2026-05-01", endDate="2026-06-01")
    eneco.grant(owner.id, startDate="2026-05-01")
    true = eneco.truth(owner.id).to_pandas()
    assert true.permitted.any() and not true.permitted.all()
    assert true.start[true.permitted].min().isoformat() == "2026-04-30T22:00:00+00:00"
    page = eneco.usages(owner.id, "2026-05-02T00:00:00Z").json
    means = {
        "Warmth": ("heat", "offtake", "Centigrade"),
        "Tapwater": ("hot_water", "offtake", "m3"),
        "Electricity": ("electricity", "offtake", "kWh"),
        "Redelivery": ("electricity", "injection", "kWh"),
        "Produced": ("electricity", "production", "kWh"),
    }
    for channel in page["usageChannels"]:
        energy_type, direction, unit = means[channel["channelId"]]
        series = true[(true.energy_type == energy_type) & (true.direction == direction)]
        assert set(series.unit) == {unit}
        values = dict(zip(series.start, series.value, strict=True))
        for record in channel["usageRecords"]:
            assert values[instant(record["timestamp"])] == record["amount"]


@pytest.mark.parametrize("path", ["heat/usages", "heat/metadata"])
def test_each_environment_wants_its_own_key_and_some_token(
    eneco: RawEneco, production: RawEneco, path: str
) -> None:
    for owner in (eneco.owners[0].id, STRANGER, "no-uuid"):
        for headers in (
            {"apiKey": None},
            {"apiKey": ""},
            {"apiKey": production.key},
            {"Authorization": None},
            {"Authorization": "Basic eA=="},
            {"Authorization": "Bearer "},
        ):
            problem(eneco.get(f"{owner}/{path}", **headers), 401)


def test_the_names_of_headers_have_no_case_and_the_two_keys_do_not_fit_each_other(
    eneco: RawEneco, production: RawEneco
) -> None:
    owner = production.owners[0].id
    production.grant(owner, startDate="2026-01-01")
    url = f"{production.url}/nl/eneco/dataconsumer/{owner}/heat/metadata"
    told = {"APIKEY": production.key, "AUTHORIZATION": f"bearer {production.token}"}
    assert send(url, headers=told).status == 200
    assert send(url, headers={**told, "APIKEY": eneco.key}).status == 401
    assert send(url, headers={**told, "AUTHORIZATION": f"Bearer {eneco.token}"}).status == 403


@pytest.mark.parametrize(
    "route",
    [
        "be/eneco/dataconsumer/{owner}/heat",
        "uk/eneco/dataconsumer/{owner}/heat",
        "nl/oxxio/dataconsumer/{owner}/heat",
        "nl/default/dataconsumer/{owner}/heat",
        "nl/eneco/dataconsumer/{owner}/gas",
        "nl/eneco/dataconsumer/12345/heat",
        "nl/eneco/dataconsumer/{{{owner}}}/heat",
    ],
)
def test_a_route_that_there_is_not_is_refused(eneco: RawEneco, route: str) -> None:
    path = route.format(owner=eneco.owners[0].id)
    for end in ("usages", "metadata"):
        problem(send(f"{eneco.url}/{path}/{end}", headers=eneco.headers()), 400)


@pytest.mark.parametrize(
    "end", ["foo", "2026-13-01", "2026-11-20T12:00:01Z", "2030-01-01", "0001-01-01", "20261101"]
)
def test_an_end_that_is_none_or_in_the_future_is_refused(eneco: RawEneco, end: str) -> None:
    assert "endDate" in problem(eneco.usages(eneco.owners[0].id, end), 400)


def test_the_checks_come_in_their_order(eneco: RawEneco) -> None:
    unknown = str(uuid4())
    assert problem(eneco.usages("no-uuid", "foo"), 400).startswith("dataOwnerId")
    problem(eneco.usages(unknown, "foo"), 400)
    problem(eneco.usages(unknown), 404)
    problem(eneco.usages(NIL), 404)
    problem(eneco.get(f"{unknown}/heat/metadata", Authorization="Bearer nonsense"), 404)
    owner = eneco.owners[5].id
    problem(eneco.usages(owner, "foo"), 400)
    problem(eneco.usages(owner), 403)
    problem(eneco.get(f"{owner}/heat/metadata"), 403)
    eneco.grant(owner, startDate="2026-01-01")
    problem(eneco.get(f"{owner}/heat/usages", Authorization="Bearer nonsense"), 403)


def test_a_data_owner_lives_in_one_environment_only(eneco: RawEneco, production: RawEneco) -> None:
    problem(production.usages(eneco.owners[0].id), 404)
    problem(eneco.usages(production.owners[0].id), 404)
    assert {each.id for each in eneco.owners}.isdisjoint(each.id for each in production.owners)


def test_a_contract_holds_from_its_start_up_to_its_end(eneco: RawEneco) -> None:
    owner = eneco.owners[6].id
    for start, end, status in (
        ("2026-11-21", "2026-12-01", 403),
        ("2026-01-01", "2026-11-20", 403),
        ("2026-11-20", "2026-11-21", 200),
    ):
        eneco.grant(owner, startDate=start, endDate=end)
        assert eneco.usages(owner).status == status, (start, end)


def test_metadata_is_the_address_and_nothing_else(eneco: RawEneco) -> None:
    owner = eneco.owners[1]
    eneco.grant(owner.id, startDate="2026-01-01")
    answer = eneco.get(f"{owner.id}/heat/metadata?fields=usages")
    assert answer.status == 200
    assert set(answer.json) == {"deliveryAddress"}
    assert answer.json["deliveryAddress"] == {
        "street": owner.address.street,
        "houseNumber": owner.address.house_number,
        "houseNumberAddition": owner.address.house_number_addition,
        "postalCode": owner.address.postal_code,
        "city": owner.address.city,
        "country": "NL",
    }


def test_the_sandbox_from_consent_to_its_end(eneco: RawEneco) -> None:
    owner = eneco.owners[7].id

    def consents() -> dict[str, bool]:
        found = eneco.get(f"demo/{owner}/heat/consumers").json["data"]["consumers"]
        assert all(set(each) == {"name", "consumerId", "isConsent"} for each in found)
        return {each["consumerId"]: each["isConsent"] for each in found}

    assert consents() == dict.fromkeys(CONSUMERS, False)
    for is_consent, status in ((False, 403), (True, 200), (True, 200), (False, 403), (False, 403)):
        answer = eneco.set_consent(owner, is_consent)
        assert answer.status == 200
        assert answer.json == {"data": {"consumerId": eneco.client_id, "isConsent": is_consent}}
        assert consents()[eneco.client_id] is is_consent
        assert eneco.usages(owner).status == status
    other = next(each for each in CONSUMERS if each != eneco.client_id)
    assert eneco.set_consent(owner, True, consumerId=other).status == 200
    assert consents() == {each: each == other for each in CONSUMERS}
    problem(eneco.usages(owner), 403)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"consumerId":"EU.EORI.NLEMULATED-ESP"}',
        b'{"isConsent":true}',
        b'{"consumerId":"EU.EORI.NLEMULATED-ESP","isConsent":"true"}',
        b'{"consumerId":1,"isConsent":true}',
        b'{"consumerId":"nobody","isConsent":true}',
        b'{"consumerId":"EU.EORI.NLEMULATED-ESP","isConsent":null}',
    ],
)
def test_a_consent_that_cannot_be_read_is_refused(eneco: RawEneco, body: bytes) -> None:
    listed(eneco.post_consent(eneco.owners[8].id, body), 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_refused(eneco: RawEneco, media_type: str) -> None:
    body = json.dumps({"consumerId": eneco.client_id, "isConsent": True}).encode()
    owner = eneco.owners[8].id
    listed(eneco.post_consent(owner, body, media_type), 415)
    assert eneco.post_consent(owner, body, "Application/JSON; charset=utf-8").status == 200


def test_the_sandbox_has_its_own_errors(eneco: RawEneco, production: RawEneco) -> None:
    def both(service: RawEneco, owner: str, **headers: str | None) -> list[Answer]:
        body = json.dumps({"consumerId": service.client_id, "isConsent": False}).encode()
        return [
            service.get(f"demo/{owner}/heat/consumers", **headers),
            service.post_consent(owner, body, **headers),
        ]

    for answer in (
        *both(eneco, eneco.owners[0].id, apiKey=None),
        *both(eneco, eneco.owners[0].id, apiKey=production.key),
        *both(eneco, "no-uuid", Authorization=None),
        *both(production, "no-uuid", Authorization=None),
    ):
        listed(answer, 401)
    for answer in (
        *both(production, production.owners[0].id),
        *both(production, "no-uuid"),
        *both(eneco, "no-uuid"),
    ):
        listed(answer, 400)
    for answer in both(eneco, STRANGER):
        listed(answer, 404)


def test_who_asks_too_often_is_told_when_to_ask_again(
    eneco: RawEneco, emulated: EmulatorThread
) -> None:
    url = f"{emulated.url}/_emulator/eneco/rate-limit"
    usual = send(url).content
    try:
        answer = send(url, "PUT", content=b'{"calls":2,"seconds":600}')
        assert answer.json == {"calls": 2, "seconds": 600.0}
        answers = [eneco.usages(STRANGER) for _ in range(3)]
        assert [each.status for each in answers] == [404, 404, 429]
        assert "Rate limit" in listed(answers[2], 429)
        assert 1 <= int(answers[2].headers["retry-after"]) <= 600
        assert eneco.get(f"{STRANGER}/heat/usages", Authorization="Bearer other").status == 404
        assert send(url, "PUT", content=b'{"calls":0}').status == 400
    finally:
        assert send(url, "PUT", content=usual).status == 200


@pytest.mark.parametrize(
    ("fault", "status", "shape"),
    [
        ("401", 401, problem),
        ("403", 403, problem),
        ("429(retry-after=7)", 429, listed),
        ("500", 500, problem),
        ("503(retry-after=7)", 503, problem),
    ],
)
def test_faults_speak_in_enecos_words(
    eneco: RawEneco, faults: FaultControl, fault: str, status: int, shape: Any
) -> None:
    owner = eneco.owners[8].id
    faults.set(f"usages:{fault}=1x; contracts:{fault}=1x; fiam-token:{fault}=1x")
    answer = eneco.usages(owner)
    shape(answer, status)
    assert answer.headers.get("retry-after") == ("7" if "retry" in fault else None)
    shape(eneco.contracts(), status)
    shape(eneco.ask_token(eneco.form()), status)
    faults.set(f"/eneco-acc/*/demo/*:{fault}=1x")
    listed(eneco.get(f"demo/{owner}/heat/consumers"), status)


def test_hours_may_be_told_twice_on_purpose(eneco: RawEneco, faults: FaultControl) -> None:
    owner = eneco.owners[2].id
    eneco.grant(owner, startDate="2026-01-01")
    once = eneco.usages(owner, "2026-11-01").json["usageChannels"][0]["usageRecords"]
    faults.set("usages:duplicate-slices=1x")
    twice = eneco.usages(owner, "2026-11-01").json["usageChannels"][0]["usageRecords"]
    assert len(once) == 24 < len(twice)
    assert sorted({json.dumps(each) for each in twice}) == sorted(json.dumps(each) for each in once)


def test_what_is_not_there_is_answered_as_by_the_api(eneco: RawEneco) -> None:
    problem(send(f"{eneco.url}/nothing", headers=eneco.headers()), 404)
    url = f"{eneco.url}/nl/eneco/dataconsumer/{eneco.owners[0].id}/heat/usages"
    answer = send(url, "POST", headers=eneco.headers())
    problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_as_time_goes_by_hours_come_and_a_move_ends_it_all(fresh_emulator: FreshEmulator) -> None:
    eneco = RawEneco(fresh_emulator().env)
    owner = eneco.owners[0].id
    eneco.grant(owner, startDate="2026-01-01")
    newest = eneco.usages(owner).json["endDate"]
    eneco.set_clock("2026-11-27T12:00:00Z")
    assert newest < "2026-11-23" < eneco.usages(owner).json["endDate"]
    happened = eneco.happen("move", owner, effective="2026-11-29T23:00:00Z")
    assert happened.json["data_owner"] == owner
    assert eneco.usages(owner).status == 200, "until it is so far"
    eneco.set_clock("2026-12-05T12:00:00Z")
    problem(eneco.usages(owner), 403)
    assert eneco.contracts().json["records"] == []
    assert str(pc.max(eneco.truth(owner)["end"])) == "2026-11-29 23:00:00+00:00"
    assert not pc.any(eneco.truth(owner)["permitted"]).as_py()
    assert eneco.happen("move", "nobody").status == 400


def test_the_emulators_own_endpoints_tell_grant_and_revoke(
    eneco: RawEneco, production: RawEneco
) -> None:
    root = f"{eneco.control}/eneco"
    owners = send(f"{root}/data-owners").json["dataOwners"]
    assert [each["dataOwnerId"] for each in owners] == [
        each.id for service in (production, eneco) for each in service.owners
    ]
    owner = production.owners[9].id
    granted = production.grant(owner, startDate="2026-03-01", endDate="2026-12-01T00:00:00Z")
    assert granted["end_date"] == "2026-12-01T00:00:00+00:00"
    assert granted in send(f"{root}/contracts?environment=production").json["contracts"]
    assert granted not in send(f"{root}/contracts?environment=acceptance").json["contracts"]
    assert production.usages(owner).status == 200
    body = json.dumps({"dataOwnerId": owner, "environment": "production"}).encode()
    assert send(f"{root}/contracts", "DELETE", content=body).json == {"removed": True}
    assert send(f"{root}/contracts", "DELETE", content=body).json == {"removed": False}
    assert production.usages(owner).status == 403
    for wrong in (
        {"dataOwnerId": owner},
        {"dataOwnerId": owner, "environment": "live"},
        {"dataOwnerId": eneco.owners[0].id, "consumerId": "nobody"},
        {"dataOwnerId": eneco.owners[0].id, "startDate": "soon"},
        {"dataOwnerId": eneco.owners[0].id, "start": "2026-01-01"},
    ):
        answer = send(f"{root}/contracts", "POST", content=json.dumps(wrong).encode())
        assert (answer.status, set(answer.json)) == (400, {"error"}), wrong
    assert send(f"{root}/truth").status == 400
    assert send(f"{root}/truth?dataOwner={owner}").status == 400, "of the other environment"
