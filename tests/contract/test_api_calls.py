"""The REST API's calls: who may make them, what they change, and how they are refused."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from kwartier.api.app import BASE, OPERATIONS, create_app
from kwartier.api.document import BODIES
from kwartier.api.scopes import Scope
from kwartier.api.settings import ApiSettings
from kwartier.office import open_office
from kwartier.office.access_log import accesses
from kwartier.office.api_keys import api_keys, withdraw_api_key
from kwartier.registry import Listing
from support.api import FORMER, HELD_BACK, LATER, LIMITLESS, Api, running_api, served
from support.mandates import known_mandate
from support.measured import EAN, GAS_EAN, NOW

EXAMPLES = {
    "{customer_id}": FORMER,
    "{metering_point}": EAN,
    "{mandate_id}": "1",
    "{data_owner}": "0d9b1f7e-0000-4000-8000-000000000001",
}
GUARDED = [one for one in OPERATIONS if one.scope is not None]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[httpx.Client]:
    with api.client() as session:
        yield session


def path_of(operation: Any) -> str:
    path: str = operation.path
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    return path


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["request_id"]
    return told


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
def test_every_call_needs_a_key_that_opens_it(
    api: Api, client: httpx.Client, operation: Any
) -> None:
    without = httpx.Request(operation.method, f"{api.url}{path_of(operation)}")
    told = client.send(without)
    assert "Bearer KEY" in problem(told, 401)["detail"]
    assert told.headers["www-authenticate"].startswith("Bearer ")
    others = [scope for scope in Scope if scope is not operation.scope]
    with api.client(*others) as session:
        answer = session.request(operation.method, path_of(operation))
    assert problem(answer, 403)["scope"] == str(operation.scope)
    assert f'scope="{operation.scope}"' in answer.headers["www-authenticate"]


def test_a_key_that_was_withdrawn_or_is_another_opens_nothing(
    api: Api, client: httpx.Client
) -> None:
    key = api.key()
    for sent in (f"Bearer {key}x", "Bearer", f"Basic {key}", key):
        problem(client.get("/customers", headers={"authorization": sent}), 401)
    asked = {"authorization": f"bearer {key}"}
    assert client.get("/customers", headers=asked).status_code == 200
    withdraw_api_key(api.office, key[:11], at=datetime.now(UTC))
    told = problem(client.get("/customers", headers=asked), 401)
    assert key not in str(told)
    (kept,) = (one for one in api_keys(api.office) if one.key_id == key[:11])
    assert kept.used_at is not None


def test_customers_page_by_page_with_filters(client: httpx.Client) -> None:
    first = client.get("/customers", params={"limit": 2}).json()
    assert [one["customer_id"] for one in first["items"]] == [HELD_BACK, FORMER]
    client.put("/customers/a-new-one", json={"label": "between"})
    then = client.get("/customers", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["customer_id"] for one in then["items"]] == [LATER]
    assert (first["total"], then["total"], then["next"]) == (3, 4, None)
    found = client.get("/customers", params={"search": "emile boul"}).json()
    assert found["items"] == []
    for filters in ({"search": "bakkerij emile"}, {"flow": "B2B"}, {"search": LATER}):
        items = client.get("/customers", params=filters).json()["items"]
        assert [one["customer_id"] for one in items] == [LATER], filters
    stages = {one["stage"] for one in client.get("/customers").json()["items"]}
    for stage in stages:
        items = client.get("/customers", params={"stage": stage}).json()["items"]
        assert {one["stage"] for one in items} == {stage}
    assert problem(client.get("/customers", params={"stage": "happy"}), 400)["field"] == "stage"
    assert problem(client.get("/customers", params={"page": 2}), 400)["field"] == "page"
    assert problem(client.get("/customers?limit=1&limit=2"), 400)["field"] == "limit"


def test_a_customer_is_added_changed_and_changed_back(client: httpx.Client) -> None:
    said = {"label": "Frituur", "flow": "B2B", "enterprise_number": "BE 0123.456.789"}
    added = client.put("/customers/crm%2F77", json=said)
    assert added.status_code == 201
    assert added.json()["customer_id"] == "crm/77"
    assert added.json()["enterprise_number"] == "0123456789"
    (reference,) = added.json()["references"]
    assert reference["provider"] == "fluvius"
    assert client.put("/customers/crm%2F77", json=said).status_code == 200
    patched = client.patch(
        "/customers/crm%2F77",
        content=b'{"label": null, "language": "fr"}',
        headers={"content-type": "application/merge-patch+json"},
    )
    told = patched.json()
    assert (told["label"], told["language"], told["flow"]) == ("", "fr", "B2B")
    put = client.put("/customers/crm%2F77", json={"label": "x"}).json()
    assert (put["flow"], put["language"], put["enterprise_number"]) == ("B2C", "nl", None)
    assert put["references"] == [reference]
    listed = client.get("/customers", params={"search": "crm/77"}).json()["items"]
    assert [one["label"] for one in listed] == ["x"]
    assert client.get("/customers/crm%2F77/progress").json()["stage"] == "not_invited"
    (why,) = client.get("/customers/crm%2F77/why").json()["items"]
    assert why["cause"] == "not_invited"
    assert why["next_step"]


def test_whoever_changes_what_changed_meanwhile_is_refused(client: httpx.Client) -> None:
    path = "/customers/c-guarded"
    alone = {"if-none-match": "*"}
    assert client.put(path, json={}, headers=alone).status_code == 201
    problem(client.put(path, json={}, headers=alone), 412)
    etag = client.get(path, headers={"accept-encoding": "gzip"}).headers["etag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    first = client.patch(path, json={"label": "one"}, headers={"if-match": etag})
    assert first.status_code == 200
    problem(client.patch(path, json={"label": "two"}, headers={"if-match": etag}), 412)
    assert client.get(path).json()["label"] == "one"
    fresh = first.headers["etag"]
    assert client.put(path, json={}, headers={"if-match": fresh}).status_code == 200
    problem(client.put("/customers/nobody", json={}, headers={"if-match": "*"}), 412)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/customers/x", {"flow": "C2C"}, "flow"),
        ("PUT", "/customers/x", {"enterprise_number": "12"}, "enterprise_number"),
        ("PUT", "/customers/x", {"label": "a\nb"}, "label"),
        ("PUT", "/customers/%20", {}, "customer_id"),
        ("PATCH", f"/customers/{FORMER}", {"customer_id": "other"}, None),
        ("PATCH", f"/customers/{FORMER}", {"language": "es"}, "language"),
        ("POST", f"/customers/{FORMER}/invitations", {"services": ["all"]}, "services"),
        ("POST", f"/customers/{FORMER}/invitations", {"period_end": "2026-10-25T02:30"}, None),
        ("POST", f"/customers/{FORMER}/invitations", {"provider": "eneco", "sso": True}, "sso"),
        ("PUT", f"/customers/{FORMER}/data-owners/{EXAMPLES['{data_owner}']}", {"since": 5}, None),
    ],
)
def test_what_breaks_a_rule_is_refused_by_name(
    client: httpx.Client, method: str, path: str, body: dict[str, Any], field: str | None
) -> None:
    told = problem(client.request(method, path, json=body), 400)
    assert field in (None, told.get("field"))


def test_bodies_of_another_kind_and_size_are_refused(client: httpx.Client) -> None:
    path = "/customers/x"
    problem(client.put(path, content=b"label=x"), 415)
    xml = {"content-type": "application/xml"}
    problem(client.put(path, content=b"<x/>", headers=xml), 415)
    json = {"content-type": "application/json"}
    problem(client.put(path, content=b"{", headers=json), 400)
    problem(client.put(path, content=b"\xff", headers=json), 400)
    problem(client.put(path, content=b" " * 70_000, headers=json), 413)


def test_a_data_owner_of_eneco_is_one_customers_alone(client: httpx.Client) -> None:
    owner = EXAMPLES["{data_owner}"]
    path = f"/customers/{LATER}/data-owners/{owner}"
    told = client.put(path, json={"since": "2026-01-01"}).json()
    assert told["data_owners"] == [{"data_owner": owner, "since": "2025-12-31T23:00:00Z"}]
    problem(client.put(f"/customers/{FORMER}/data-owners/{owner}"), 400)
    problem(client.put(f"/customers/nobody/data-owners/{owner}"), 404)


def test_an_invitation_is_made_once_and_its_request_can_be_repeated(client: httpx.Client) -> None:
    client.put("/customers/c-invited", json={})
    path = "/customers/c-invited/invitations"
    named = {"idempotency-key": "order-1"}
    made = client.post(path, json={"expected_eans": 2}, headers=named)
    assert made.status_code == 201
    assert made.json()["url"].startswith("https://energy.example/connect/")
    again = client.post(path, json={"expected_eans": 2}, headers=named)
    assert (again.status_code, again.json()) == (201, made.json())
    found = client.post(path, json={"expected_eans": 2})
    assert (found.status_code, found.json()) == (200, made.json())
    problem(client.post(path, json={"expected_eans": 3}, headers=named), 422)
    other = client.post(path, json={"expected_eans": 3})
    assert other.status_code == 201
    assert other.json()["url"] != made.json()["url"]
    listed = client.get(path).json()["items"]
    assert [one["url"] for one in listed] == [None, other.json()["url"]]
    assert client.get("/customers/c-invited/progress").json()["stage"] == "invited"
    problem(client.post("/customers/nobody/invitations"), 404)


def test_a_repeat_after_a_restart_makes_no_second_invitation(api: Api) -> None:
    path, named = "/customers/c-restarted/invitations", {"idempotency-key": "order-2"}
    with api.client() as client:
        client.put("/customers/c-restarted", json={})
        made = client.post(path, json={"max_eans": 1}, headers=named)
        changed = client.post(path, json={"max_eans": 2})
        actor = f"test {len(api.names) - 1}"
        restarted = replace(api.context, office=open_office(api.path))
        with served(Starlette(routes=[Mount(BASE, create_app(restarted))])) as origin:
            client.base_url = httpx.URL(f"{origin}{BASE}")
            again = client.post(path, json={"max_eans": 1}, headers=named)
            problem(client.post(path, json={"max_eans": 2}, headers=named), 422)
            listed = client.get(path).json()["items"]
    assert (made.status_code, changed.status_code, again.status_code) == (201, 201, 201)
    assert again.json()["invited_at"] == made.json()["invited_at"]
    assert again.json()["url"] is None, "withdrawn since"
    assert [one["url"] for one in listed] == [None, changed.json()["url"]]
    noted = [one.action for one in accesses(api.office, actor=actor, customer_id="c-restarted")]
    assert noted.count("invited") == 2


def test_mandates_and_what_became_of_them(client: httpx.Client) -> None:
    mandates = client.get("/mandates", params={"limit": 3}).json()
    rest = client.get("/mandates", params={"limit": 3, "cursor": mandates["next"]}).json()
    everything = [*mandates["items"], *rest["items"]]
    assert [one["mandate_id"] for one in everything] == [1, 2, 3, 4]
    (ended,) = client.get("/mandates", params={"status": "Finished"}).json()["items"]
    assert ended["customer_id"] == HELD_BACK
    own = client.get(f"/customers/{FORMER}/mandates").json()["items"]
    assert [one["metering_point"] for one in own] == [EAN, GAS_EAN]
    history = client.get(f"/mandates/{ended['mandate_id']}/history").json()["items"]
    assert [one["type"] for one in history] == ["mandate.first_seen", "mandate.changed"]
    assert [one["data"]["status"] for one in history] == ["Approved", "Finished"]
    problem(client.get("/mandates/99/history"), 404)


def test_metering_points_and_whose_they_are(client: httpx.Client) -> None:
    point = client.get(f"/metering-points/{EAN}").json()
    assert [one["customer_id"] for one in point["holders"]] == [FORMER, LATER]
    items = client.get(f"/customers/{LATER}/metering-points").json()["items"]
    (mine,) = [one for one in items if one["metering_point"] == EAN]
    assert [one["customer_id"] for one in mine["holders"]] == [LATER]
    assert {one["start"] for one in mine["held"]} == {"2026-10-25T23:00:00Z"}
    problem(client.get("/metering-points/541440110000000999"), 404)
    problem(client.get("/metering-points/123"), 400)
    for path in ("", "/mandates", "/metering-points", "/measurements", "/receipts", "/why"):
        problem(client.get(f"/customers/nobody{path}"), 404)


def test_events_come_in_order_as_webhooks_tell_them(client: httpx.Client) -> None:
    told: list[Any] = []
    after = 0
    while (page := client.get("/events", params={"after": after, "limit": 2}).json())["items"]:
        told += page["items"]
        after = page["next"]
    assert [one["data"]["entry_id"] for one in told] == list(range(1, len(told) + 1))
    assert page["next"] == after
    whole = client.get("/events").json()["items"]
    assert whole == told
    histories = [client.get(f"/mandates/{n}/history").json()["items"] for n in (1, 2, 3, 4)]
    key = "data"
    flat = sorted((e for one in histories for e in one), key=lambda e: e[key]["entry_id"])
    assert flat == told
    own = client.get("/events", params={"customer_id": LATER}).json()
    assert {one["data"]["customer_id"] for one in own["items"]} == {LATER}
    assert own["next"] == after


def test_whoever_waits_is_told_as_soon_as_something_happens(tmp_path: Path) -> None:
    with running_api(tmp_path, settings=LIMITLESS) as api, api.client() as client:
        last = client.get("/events").json()["next"]
        answers: list[Any] = []
        asked = {"after": last, "wait": 30}
        waiting = threading.Thread(
            target=lambda: answers.append(client.get("/events", params=asked).json())
        )
        waiting.start()
        mandate = known_mandate(9, reference_number="KW-NOBODYS", metering_point=EAN).mandate
        listing = Listing([mandate], NOW + timedelta(hours=1), references=frozenset({"KW-NOBODYS"}))
        api.store.record_mandates(listing, provider="fluvius")
        waiting.join(timeout=25)
        (event,) = answers[0]["items"]
        assert event["data"]["reference_number"] == "KW-NOBODYS"
        assert answers[0]["next"] == last + 1


def test_every_look_at_a_customers_data_is_noted(api: Api) -> None:
    with api.client(Scope.MEASUREMENTS_READ) as session:
        etag = session.get(f"/customers/{LATER}/peaks").headers["etag"]
        session.get(f"/customers/{LATER}/peaks", headers={"if-none-match": etag})
        session.get(f"/metering-points/{EAN}/measurements", headers={"accept": "text/csv"})
        session.get("/customers/nobody/measurements")
        actor = f"test {len(api.names) - 1}"
    noted = [(one.action, one.customer_id, one.detail) for one in accesses(api.office, actor=actor)]
    assert sorted(noted) == [
        ("looked", FORMER, "API: measurements"),
        ("looked", LATER, "API: measurements"),
        ("looked", LATER, "API: peaks"),
    ]


def test_addresses_that_are_not_there_and_methods_that_are_not_theirs(client: httpx.Client) -> None:
    problem(client.get("/nothing"), 404)
    problem(client.get("/customers/"), 404)
    refused = client.delete(f"/customers/{FORMER}")
    assert "DELETE" not in problem(refused, 405)["detail"]
    allowed = "GET, HEAD, OPTIONS, PATCH, PUT"
    assert refused.headers["allow"] == allowed
    options = client.options(f"/customers/{FORMER}", headers={"origin": "https://evil.example"})
    assert (options.status_code, options.headers["allow"]) == (204, allowed)
    assert not [name for name in options.headers if name.startswith("access-control")]
    head = client.head(f"/customers/{FORMER}")
    assert (head.status_code, head.content) == (200, b"")


def test_requests_have_an_id_and_answers_are_nobody_elses(client: httpx.Client) -> None:
    named = client.get("/customers", headers={"x-request-id": "crm-17"})
    assert named.headers["x-request-id"] == "crm-17"
    odd = client.get("/customers", headers={"x-request-id": "a b"}).headers["x-request-id"]
    assert odd != "a b"
    assert (
        problem(client.get("/customers?x=1", headers={"x-request-id": "q"}), 400)["request_id"]
        == "q"
    )
    assert named.headers["cache-control"] == "private, no-cache"
    assert "authorization" in named.headers["vary"]


def test_a_key_that_asks_too_often_is_told_when_to_go_on(tmp_path: Path) -> None:
    settings = ApiSettings(requests_per_minute=1, burst=2)
    with running_api(tmp_path, settings=settings) as api, api.client() as client:
        left = [client.get("/receipts").headers["ratelimit-remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        refused = client.get("/receipts")
        problem(refused, 429)
        assert 0 < int(refused.headers["retry-after"]) <= 60
        with api.client() as other:
            assert other.get("/receipts").status_code == 200
        assert client.get("/health").status_code == 200


def test_the_page_lists_every_call_and_asks_nobody_else(api: Api, client: httpx.Client) -> None:
    page = client.get("/docs/", follow_redirects=True)
    assert page.status_code == 200
    assert str(page.url) == f"{api.url}/docs"
    for one in OPERATIONS:
        assert f'<h3 id="{one.name}">{one.summary}</h3>' in page.text
        assert one.scope is None or f'<span class="tag">{one.scope}</span>' in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    loaded = re.findall(r'<link rel="stylesheet" href="(.+?)">', page.text)
    assert len(loaded) == 2
    for address in loaded:
        assert (
            client.get(str(page.url.join(address))).headers["content-type"].startswith("text/css")
        )
    targets = set(re.findall(r'href="#(.+?)"', page.text))
    assert targets <= set(re.findall(r' id="(.+?)"', page.text))


def test_the_page_to_try_calls_asks_nobody_else(api: Api, client: httpx.Client) -> None:
    page = client.get("/docs/try", follow_redirects=True)
    assert page.status_code == 200
    assert str(page.url) == f"{api.url}/docs/try/index.html"
    assert 'data-document="../../openapi.json"' in page.text
    assert client.get(str(page.url.join("../../openapi.json"))).status_code == 200
    assert client.get("/docs/try/swagger-ui.css").status_code == 200
    assert "unsafe-eval" not in page.headers["content-security-policy"]


def test_the_examples_of_bodies_keep_their_schemas() -> None:
    bodies = {one.body.type.__name__: one.body.type for one in OPERATIONS if one.body}
    assert bodies.keys() == BODIES.keys()
    for name, example in BODIES.items():
        assert (
            msgspec.to_builtins(msgspec.convert(example, bodies[name])).items() >= example.items()
        )


def test_what_a_key_changes_is_noted_under_its_name(api: Api) -> None:
    with api.client(Scope.CUSTOMERS_WRITE, Scope.INVITATIONS_WRITE) as session:
        actor = f"test {len(api.names) - 1}"
        for _ in range(2):
            session.put("/customers/c-noted", json={"label": "noted"})
            session.post("/customers/c-noted/invitations")
        session.put("/customers/c-noted", json={"flow": "?"})
    noted = [one.action for one in accesses(api.office, actor=actor, customer_id="c-noted")]
    assert noted[::-1] == ["changed", "invited", "changed", "looked"]
