"""The emulated KPN FIAM over raw HTTP: its token endpoint, and both sides of its contracts."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from kwartier.certificates import Certificate
from kwartier.emulator.entra.authority import Authority, authority, provider
from kwartier.emulator.fiam.contracts import Environment
from kwartier.emulator.fiam.parties import CONSUMERS, ENECO, OURSELVES
from kwartier.emulator.thread import EmulatorThread
from support.emulators import FROZEN_AT
from support.esco import Answer, send
from support.raw_eneco import RawEneco

OTHER = next(each for each in CONSUMERS if each != OURSELVES.id)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def emulated(running_emulators: list[EmulatorThread]) -> EmulatorThread:
    running = EmulatorThread(clock=FROZEN_AT)
    running_emulators.append(running)
    return running


@pytest.fixture(scope="module")
def eneco(emulated: EmulatorThread) -> RawEneco:
    return RawEneco(emulated.env)


@pytest.fixture(scope="module")
def production(emulated: EmulatorThread) -> RawEneco:
    return RawEneco(emulated.env, Environment.PRODUCTION)


@pytest.fixture(scope="module")
def service(eneco: RawEneco) -> str:
    """The service provider's token."""
    return eneco.provider_token()


def refused(answer: Answer, status: int) -> str:
    """That it is problem details; what they say."""
    assert answer.status == status, answer.content
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["status"] == status
    detail: str = answer.json["detail"]
    return detail


def x5c(*certificates: x509.Certificate) -> list[str]:
    return [base64.b64encode(Certificate(each).der).decode() for each in certificates]


def with_assertion(eneco: RawEneco, assertion: str) -> Answer:
    return eneco.ask_token(eneco.form(client_assertion=assertion))


def contract_of(eneco: RawEneco, owner: str, **changes: Any) -> dict[str, Any]:
    return {
        "service_provider": ENECO.id,
        "service_consumer": OURSELVES.id,
        "data_owner": owner,
        "start_date": "2026-01-01",
        "end_date": "2027-01-01",
        "resource_type": "usages",
        "resource": "heat",
        "resource_attribute": "*",
        "action": "GET",
        **changes,
    }


def test_a_token_is_a_jwt_with_an_end_and_nothing_may_keep_it(eneco: RawEneco) -> None:
    answer = eneco.ask_token(eneco.form())
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json) == {"access_token", "token_type", "expires_in"}
    assert answer.json["token_type"] == "Bearer"
    _, claims, _ = answer.json["access_token"].split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert abs(told["exp"] - time.time() - answer.json["expires_in"]) < 60


@pytest.mark.parametrize(
    "audience", ["{fiam}/oauth/token", "{base}", "https://api-prd.kpn.com/fiam/api/v1/oauth/token"]
)
def test_an_assertion_may_be_meant_for_fiam_or_its_endpoint(eneco: RawEneco, audience: str) -> None:
    aud = audience.format(fiam=eneco.fiam, base=eneco.fiam.removesuffix("/api/v1"))
    assert with_assertion(eneco, eneco.assertion(aud=aud)).status == 200
    assert with_assertion(eneco, eneco.assertion(aud=["elsewhere", aud])).status == 200


@pytest.mark.parametrize(
    "name", ["grant_type", "scope", "client_id", "client_assertion_type", "client_assertion"]
)
def test_every_parameter_is_required(eneco: RawEneco, name: str) -> None:
    for value in (None, "", " "):
        assert name in refused(eneco.ask_token(eneco.form(**{name: value})), 400)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("grant_type", "authorization_code", 400),
        ("scope", "iSHARE", 400),
        ("scope", "DSH_FIAM_2", 400),
        ("client_assertion_type", "jwt", 400),
        ("client_assertion", "a.b", 400),
        ("client_assertion", "a.b.c", 400),
        ("client_id", "EU.EORI.NLNOBODY", 401),
        ("client_id", OTHER, 401),
    ],
)
def test_a_parameter_that_is_wrong_is_refused(
    eneco: RawEneco, name: str, value: str, status: int
) -> None:
    refused(eneco.ask_token(eneco.form(**{name: value})), status)


def test_a_parameter_sent_twice_or_as_json_is_refused(eneco: RawEneco) -> None:
    url, form = f"{eneco.fiam}/oauth/token", b"scope=DSH_FIAM&scope=DSH_FIAM"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    refused(send(url, "POST", headers=headers, content=form), 400)
    refused(send(url, "POST", headers={"content-type": "application/json"}, content=b"{}"), 400)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"iss": "somebody"}, 401),
        ({"sub": None}, 401),
        ({"aud": "https://elsewhere.example"}, 401),
        ({"aud": None}, 401),
        ({"jti": None}, 401),
        ({"iat": None}, 401),
        ({"exp": None}, 401),
        ({"exp": 1}, 401),
        ({"exp": "soon"}, 401),
    ],
)
def test_an_assertion_must_say_who_to_whom_and_how_long(
    eneco: RawEneco, changes: dict[str, Any], status: int
) -> None:
    refused(with_assertion(eneco, eneco.assertion(**changes)), status)


@pytest.mark.parametrize(
    ("issued", "ends", "is_taken"),
    [
        (0, 30, True),
        (-20, 10, True),
        (30, 60, True),  # a clock that is a little ahead
        (0, 300, True),
        (0, 3_600, False),
        (-60, -1, False),
        (600, 630, False),
    ],
)
def test_an_assertion_is_short_lived(
    eneco: RawEneco, issued: int, ends: int, is_taken: bool
) -> None:
    now = int(time.time())
    answer = with_assertion(eneco, eneco.assertion(iat=now + issued, exp=now + ends))
    assert answer.status == (200 if is_taken else 401)
    assert "expired" in refused(with_assertion(eneco, eneco.assertion(exp=now - 1)), 401)
    refused(with_assertion(eneco, eneco.assertion(nbf=now + 600)), 401)


def test_an_assertion_serves_once(eneco: RawEneco) -> None:
    assertion = eneco.assertion()
    assert with_assertion(eneco, assertion).status == 200
    assert "before" in refused(with_assertion(eneco, assertion), 401)
    assert with_assertion(eneco, eneco.assertion(jti="a")).status == 200
    refused(with_assertion(eneco, eneco.assertion(jti="a")), 401)


def test_an_assertion_is_signed_by_the_key_that_the_first_certificate_vouches_for(
    eneco: RawEneco,
) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    assert "not signed" in refused(with_assertion(eneco, eneco.assertion(key=stranger)), 401)
    head, _, signature = eneco.assertion().split(".")
    other = eneco.assertion(iat=int(time.time()) - 1).split(".")[1]
    refused(with_assertion(eneco, f"{head}.{other}.{signature}"), 401)
    assert "RS256" in refused(with_assertion(eneco, eneco.assertion(header={"alg": "PS256"})), 400)


def test_the_whole_chain_must_come_in_its_order_from_an_authority_that_is_trusted(
    eneco: RawEneco,
) -> None:
    def answer(chain: Any) -> Answer:
        return with_assertion(eneco, eneco.assertion(header={"x5c": chain}))

    leaf, root = eneco.chain
    now = datetime.now(UTC)
    assert answer([leaf, root]).status == 200
    for unread in (None, [], "x", [1], ["AAAA"], ["%"], [leaf, "AAAA"]):
        refused(answer(unread), 400)
    for broken in ([leaf], [root, leaf], [root], [leaf, leaf, root], [leaf, root, root, leaf]):
        refused(answer(broken), 401)
    fluvius = x5c(provider()[0].parsed, authority().root)
    assert "not that of client_id" in refused(answer(fluvius), 401)
    key = eneco.private_key.public_key()
    forger = Authority(now=now)
    forged = forger.seal_certificate(key, OURSELVES.id, "Forged", now=now).parsed
    refused(answer(x5c(forged, forger.root)), 401)
    refused(answer(x5c(forged, authority().root)), 401)
    past = authority().seal_certificate(key, OURSELVES.id, "Once", now=now - timedelta(days=800))
    assert "expired" in refused(answer(x5c(past.parsed, authority().root)), 401)


def test_who_signs_a_certificate_of_its_own_is_not_trusted(eneco: RawEneco) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, OURSELVES.id)])
    now = datetime.now(UTC)
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    for chain in (x5c(own), x5c(own, authority().root)):
        assertion = eneco.assertion(header={"x5c": chain}, key=key)
        refused(with_assertion(eneco, assertion), 401)


def test_contracts_are_told_to_whom_they_are_about(
    eneco: RawEneco, production: RawEneco, service: str
) -> None:
    owner = eneco.owners[0].id
    mine = eneco.grant(owner, startDate="2026-02-01")
    other = eneco.grant(owner, consumerId=OTHER)
    answer = eneco.contracts(f"/{mine['id']}")
    assert answer.status == 200
    assert answer.headers["date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    assert answer.json == {k: v for k, v in mine.items() if k != "environment"}
    assert all(isinstance(value, str) and value for value in answer.json.values())
    assert (answer.json["start_date"], answer.json["end_date"]) == ("2026-02-01", "2029-02-01")
    refused(eneco.contracts(f"/{other['id']}"), 404)
    refused(eneco.contracts(f"/{UNKNOWN}"), 404)
    refused(production.contracts(f"/{mine['id']}"), 404)
    listed = {each["id"] for each in eneco.contracts().json["records"]}
    assert mine["id"] in listed and other["id"] not in listed
    both = eneco.ask_fiam("GET", "service-providers/contracts", token=service).json["records"]
    assert {mine["id"], other["id"]} <= {each["id"] for each in both}


def test_each_side_needs_its_own_token(eneco: RawEneco, production: RawEneco, service: str) -> None:
    for token in ("nonsense", production.token, service):
        refused(eneco.contracts(token=token), 401)
    for method, path in (
        ("GET", "service-providers/contracts"),
        ("POST", "service-providers/contracts"),
        ("GET", f"service-providers/contracts/{UNKNOWN}"),
        ("PUT", f"service-providers/contracts/{UNKNOWN}"),
        ("DELETE", f"service-providers/contracts/{UNKNOWN}"),
        ("POST", "contracts/validate"),
    ):
        refused(eneco.ask_fiam(method, path, {}), 401)
    refused(send(f"{eneco.fiam}/service-consumers/contracts"), 401)


def test_pages_hold_a_hundred_and_join_without_hole_or_overlap(
    production: RawEneco, emulated: EmulatorThread
) -> None:
    contracts = emulated.world.contracts(Environment.PRODUCTION)
    service = production.provider_token()
    made = [
        production.ask_fiam(
            "POST",
            "service-providers/contracts",
            contract_of(production, production.owners[number % 10].id),
            token=service,
        ).json["id"]
        for number in range(3)
    ]
    (first,) = [each for each in contracts.all() if each.id == made[0]]
    made += [contracts.create(first).id for _ in range(220)]
    pages = [production.contracts(f"?page={number}").json for number in (1, 2, 3, 4)]
    assert [(each["page"], each["size"], len(each["records"])) for each in pages] == [
        (1, 100, 100),
        (2, 100, 100),
        (3, 100, 23),
        (4, 100, 0),
    ]
    assert {(each["page_count"], each["total_count"]) for each in pages} == {(3, 223)}
    assert [each["id"] for page in pages for each in page["records"]] == made
    small = production.contracts("?page=32&size=7").json
    assert [each["id"] for each in small["records"]] == made[217:]
    for query in ("?page=0", "?page=x", "?page=-1", "?size=0", "?size=101", "?size=%C2%B2"):
        refused(production.contracts(query), 400)


def test_the_service_provider_keeps_contracts(eneco: RawEneco, service: str) -> None:
    owner = eneco.owners[1].id
    path = "service-providers/contracts"
    created = eneco.ask_fiam("POST", path, contract_of(eneco, owner), token=service)
    assert created.status == 201
    one = f"{path}/{created.json['id']}"
    assert created.json == {"id": created.json["id"], **contract_of(eneco, owner)}
    assert eneco.usages(owner).status == 200
    changed = contract_of(eneco, owner, end_date="2026-11-21T00:00:00+01:00")
    replaced = eneco.ask_fiam("PUT", one, changed, token=service)
    assert (replaced.status, replaced.json["end_date"]) == (200, changed["end_date"])
    assert eneco.ask_fiam("GET", one, token=service).json == replaced.json
    assert eneco.contracts(f"/{created.json['id']}").json == replaced.json
    other = {**changed, "id": UNKNOWN}
    refused(eneco.ask_fiam("PUT", one, other, token=service), 400)
    assert eneco.ask_fiam("DELETE", one, token=service).status == 204
    for method in ("GET", "PUT", "DELETE"):
        refused(eneco.ask_fiam(method, one, changed, token=service), 404)
    assert eneco.usages(owner).status == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"service_provider": OURSELVES.id},
        {"service_consumer": "nobody"},
        {"data_owner": UNKNOWN},
        {"start_date": "yesterday"},
        {"end_date": "2025-01-01"},
        {"end_date": "2026-01-01"},
        {"end_date": "9999-12-31"},
        {"resource": ""},
        {"action": "x" * 201},
        {"resource_type": None},
        {"resource_attribute": 1},
    ],
)
def test_a_contract_that_cannot_be_is_refused(
    eneco: RawEneco, service: str, changes: dict[str, Any]
) -> None:
    body = contract_of(eneco, eneco.owners[2].id, **changes)
    (name,) = changes
    assert name in refused(
        eneco.ask_fiam("POST", "service-providers/contracts", body, token=service), 400
    )
    del body[name]
    refused(eneco.ask_fiam("POST", "service-providers/contracts", body, token=service), 400)


def test_what_is_no_contract_at_all_is_refused(eneco: RawEneco, service: str) -> None:
    nothing: tuple[Any, ...] = ([], "x", 1)
    for body in nothing:
        refused(eneco.ask_fiam("POST", "service-providers/contracts", body, token=service), 400)


def test_validate_tells_what_eneco_would_answer(
    eneco: RawEneco, production: RawEneco, service: str
) -> None:
    owner = eneco.owners[3].id

    def allowed(**changes: str) -> bool:
        asked = {
            "data_owner": owner,
            "data_consumer_token": eneco.token,
            "resource_type": "usages",
            "resource_attribute": "usageChannels",
            "resource": "heat",
            "action": "GET",
            **changes,
        }
        answer = eneco.ask_fiam("POST", "contracts/validate", asked, token=service)
        assert (answer.status, set(answer.json)) == (200, {"allowed"})
        found: bool = answer.json["allowed"]
        return found

    assert not allowed()
    eneco.grant(owner, startDate="2026-12-01")
    assert not allowed()
    eneco.grant(owner, startDate="2026-01-01")
    assert allowed() and allowed(data_owner=owner.upper())
    for changes in (
        {"data_owner": eneco.owners[4].id},
        {"data_consumer_token": production.token},
        {"data_consumer_token": service},
        {"data_consumer_token": "nonsense"},
        {"resource_type": "metadata"},
        {"resource": "gas"},
        {"action": "POST"},
    ):
        assert not allowed(**changes), changes
    refused(eneco.ask_fiam("POST", "contracts/validate", {"data_owner": owner}, token=service), 400)


def test_a_contract_that_has_ended_is_no_longer_listed(eneco: RawEneco) -> None:
    owner = eneco.owners[5].id
    ended = eneco.grant(owner, startDate="2025-01-01", endDate="2026-11-20")
    to_come = eneco.grant(owner, startDate="2026-12-01")
    listed = {each["id"] for each in eneco.contracts().json["records"]}
    assert to_come["id"] in listed and ended["id"] not in listed
    refused(eneco.contracts(f"/{ended['id']}"), 404)
    refused(eneco.usages(owner), 403)
