"""The connect page over plain requests: headers, languages, limits, mounting, Eneco, what leaks."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from kwartier.connect import EnecoWay, create_app
from kwartier.connect.asking import Asking
from kwartier.connect.texts import SPEECHES
from kwartier.connect.ways import Sent
from kwartier.eneco import Endpoints
from kwartier.errors import ConfigurationError
from kwartier.fluvius import AuthenticationError, RateLimitError
from kwartier.office.invitations import withdraw
from kwartier.office.terms import Terms
from kwartier.office.visits import VisitKind, visits_of
from kwartier.registry import Customer
from kwartier.store.errors import StoreBusyError
from kwartier.vocabulary.mandate import Mandate
from kwartier.vocabulary.provider import ENECO, FLUVIUS
from support.asgi import AppClient
from support.invited import Inviting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PORTAL = "http://127.0.0.1:1/verbruik/dienstverlener"


class Fluvius:
    """A way whose replies a test decides on."""

    provider, place, party, can_look, needs_reference = FLUVIUS, "Mijn Fluvius", "", True, True
    url: str | None = PORTAL

    def __init__(self) -> None:
        self.sent: list[tuple[Customer, Asking, str]] = []
        self.listed: list[Mandate] = []
        self.error: Exception | None = None
        self.looks = 0

    async def send(
        self, customer: Customer, references: Sequence[str], asking: Asking, back: str
    ) -> Sent:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        self.sent.append((customer, asking, back))
        return Sent(url=f"{PORTAL}?id={len(self.sent)}", valid_to=NOW + timedelta(days=1))

    async def mandates(self, references: Sequence[str]) -> list[Mandate]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.listed


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def fluvius() -> Fluvius:
    return Fluvius()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inviting(tmp_path: Path, clock: Clock, fluvius: Fluvius) -> Inviting:
    return Inviting(tmp_path, clock, fluvius)


@pytest.fixture
def client(inviting: Inviting) -> AppClient:
    return AppClient(inviting.app())


def mandate(**said: object) -> Mandate:
    values: dict[str, object] = {
        "provider": FLUVIUS,
        "contract_number": "",
        "reference_number": "R",
        "status": "Approved",
        "data_service_type": "VH_dag",
        "metering_point": "541440110000000209",
        "energy_type": "electricity",
    }
    return Mandate(**{**values, **said})  # type: ignore[arg-type]  # by name


def title(html: str) -> str:
    found = re.search("<h1>(.*?)</h1>", html)
    assert found is not None
    return found[1]


def test_looking_makes_no_short_url_and_a_click_makes_one(
    client: AppClient, inviting: Inviting, fluvius: Fluvius
) -> None:
    terms = Terms(services=("VH_kwartier_uur",), max_eans=3, sso=True)
    invitation = inviting.invite("c-1", flow="B2B", enterprise_number="0999999901", terms=terms)
    path = f"/connect/{invitation.token}"
    client.request("HEAD", path)
    client.get(path, headers={"sec-purpose": "prefetch;prerender"})
    assert inviting.kinds(invitation) == []
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert inviting.kinds(invitation) == [VisitKind.OPENED]
    assert fluvius.sent == []
    answer = client.post(f"{path}?lang=fr")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PORTAL}?id=1")
    [(customer, asking, back)] = fluvius.sent
    assert (customer.flow, customer.enterprise_number) == ("B2B", "0999999901")
    assert (asking.services, asking.max_eans, asking.sso) == (("VH_kwartier_uur",), 3, True)
    assert back == f"http://127.0.0.1:8602/connect/{invitation.token}"


def test_clicks_in_a_row_and_at_once_share_few_short_urls(
    inviting: Inviting, fluvius: Fluvius, clock: Clock
) -> None:
    inviting.changed(most_per_hour=3)
    client = AppClient(inviting.app())
    path = f"/connect/{inviting.invite('c-1').token}"
    assert {client.post(path).headers["location"] for _ in range(3)} == {f"{PORTAL}?id=1"}
    for minutes in (2, 4, 6, 8, 10):
        clock.at = NOW + timedelta(minutes=minutes)
        client.post(path)
    assert len(fluvius.sent) == 3
    assert client.post(path).headers["location"] == f"{PORTAL}?id=3"
    clock.at = NOW + timedelta(hours=2)
    assert client.post(path).headers["location"] == f"{PORTAL}?id=4"


def test_every_response_keeps_the_link_secret_and_out_of_frames(
    client: AppClient, inviting: Inviting
) -> None:
    token = inviting.invite("c-1").token
    answers = [
        client.get(f"/connect/{token}"),
        client.post(f"/connect/{token}"),
        client.get(f"/connect/{token}/done"),
        client.get(f"/connect/{token}/back"),
        client.get("/connect/unknown"),
        client.get("/connect/a/b/c"),
    ]
    assert [one.status_code for one in answers] == [200, 303, 200, 200, 404, 404]
    for one in answers:
        policy = one.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self' https: http://127.0.0.1:1;" in policy
        assert "unsafe" not in policy
        assert one.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in one.headers["x-robots-tag"]
        assert one.headers["cache-control"] == "no-store"
        assert "set-cookie" not in one.headers
        assert "<script" not in one.text


def test_only_the_sites_that_may_show_it_in_a_frame(inviting: Inviting) -> None:
    inviting.changed(embed_in="https://www.energy.example http://localhost:8000")
    client = AppClient(inviting.app())
    answer = client.get(f"/connect/{inviting.invite('c-1').token}")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors https://www.energy.example http://localhost:8000" in policy
    assert "x-frame-options" not in answer.headers
    assert 'target="_top"' in answer.text


@pytest.mark.parametrize(
    ("own", "asked", "accepted", "spoken"),
    [
        ("fr", "", "de", "fr"),
        ("fr", "?lang=en", "de", "en"),
        ("fr", "?lang=xx", "", "fr"),
        ("de", "", "", "de"),
    ],
)
def test_it_speaks_the_customers_language_unless_another_is_chosen(
    client: AppClient, inviting: Inviting, own: str, asked: str, accepted: str, spoken: str
) -> None:
    token = inviting.invite("c-1", language=own).token
    answer = client.get(f"/connect/{token}{asked}", headers={"accept-language": accepted})
    assert answer.headers["content-language"] == spoken
    assert title(answer.text) == SPEECHES[spoken]("ask_title", name="Zonnewende").replace(
        "'", "&#39;"
    )


def test_an_unknown_link_says_in_all_languages_what_to_do(client: AppClient) -> None:
    answer = client.get("/connect/nothing", headers={"accept-language": "de-BE,fr;q=0.5"})
    assert answer.status_code == 404
    assert answer.text.index("Dieser Link") < answer.text.index("Ce lien n&#39;est pas connu")
    for speech in SPEECHES.values():
        assert f'<section lang="{speech.code}">' in answer.text


def test_all_languages_say_the_same_things() -> None:
    def places(text: str) -> list[str]:
        return sorted(re.findall(r"{(\w+)}", text))

    english = SPEECHES["en"].texts
    for speech in SPEECHES.values():
        assert speech.texts.keys() == english.keys()
        for key, text in speech.texts.items():
            assert places(text) == places(english[key]), (speech.code, key)
            assert text.strip() == text != "", (speech.code, key)
        assert len(speech.months.split()) == 12


def test_a_withdrawn_link_is_gone_and_an_invitation_may_be_over(
    client: AppClient, inviting: Inviting, clock: Clock
) -> None:
    gone = inviting.invite("c-1").token
    withdraw(inviting.office, "c-1", at=NOW)
    assert client.get(f"/connect/{gone}").status_code == 410
    assert client.post(f"/connect/{gone}").status_code == 410
    over = inviting.invite("c-2", terms=Terms(period_end=NOW + timedelta(days=1))).token
    assert client.get(f"/connect/{over}").status_code == 200
    clock.at = NOW + timedelta(days=1200)
    assert title(client.get(f"/connect/{over}").text) == "This invitation is over"
    assert client.post(f"/connect/{over}").status_code == 410


@pytest.mark.parametrize(
    "error",
    [
        RateLimitError("too many", status=429),
        AuthenticationError("certificate expired", status=401),
        ConfigurationError("FLUVIUS_CLIENT_ID: not set"),
        StoreBusyError("held"),
        RuntimeError("a mistake of ours about 541440110000000209"),
    ],
)
def test_whatever_fails_is_a_friendly_page_and_is_kept_without_secrets(
    client: AppClient,
    inviting: Inviting,
    fluvius: Fluvius,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    invitation = inviting.invite("c-1")
    fluvius.error = error
    with caplog.at_level(logging.DEBUG):
        for answer in (
            client.post(f"/connect/{invitation.token}"),
            client.get(f"/connect/{invitation.token}/done"),
        ):
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert title(answer.text) == "This does not work just now"
            assert str(error) not in answer.text
    kept = visits_of(inviting.office, invitation.invitation_id)
    assert [(one.kind, one.detail) for one in kept] == [(VisitKind.FAILED, type(error).__name__)]
    told = " ".join(one.getMessage() for one in caplog.records if one.name != "httpx")
    assert "c-1" in told
    assert invitation.token not in told
    assert "541440110000000209" not in told


def test_what_is_agreed_to_by_a_click_is_dated_by_the_clock_of_the_page(
    inviting: Inviting, clock: Clock
) -> None:
    inviting.keep_words("1", en="We advise you.")
    inviting.changed(purpose="advice", wording="1")
    clock.at = NOW + timedelta(days=100)
    token = inviting.invite("c-1").token
    assert AppClient(inviting.app()).post(f"/connect/{token}").status_code == 303
    (consent,) = inviting.store.consents()
    assert (consent.purpose, consent.given_at) == ("advice", clock.at)


def test_words_that_nobody_keeps_send_no_one_anywhere(inviting: Inviting, fluvius: Fluvius) -> None:
    inviting.changed(purpose="advice", wording="2026-9")
    token = inviting.invite("c-1").token
    assert AppClient(inviting.app()).post(f"/connect/{token}").status_code == 503
    assert fluvius.sent == []
    with pytest.raises(ConfigurationError, match=r"connect\.wording goes with connect\.purpose"):
        create_app(
            replace(inviting.context, settings=replace(inviting.context.settings, purpose=None))
        )


def test_an_address_that_lies_costs_few_requests(
    inviting: Inviting, fluvius: Fluvius, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kwartier.connect.visiting._MOST_ASKED", 3)
    client = AppClient(inviting.app())
    token = inviting.invite("c-1").token
    statuses = [client.get(f"/connect/{token}/done").status_code for _ in range(5)]
    assert statuses == [200] * 3 + [429] * 2
    assert fluvius.looks == 3


def test_what_is_shared_shows_no_whole_ean(
    client: AppClient, inviting: Inviting, fluvius: Fluvius
) -> None:
    token = inviting.invite("c-1", terms=Terms(expected_eans=3)).token
    client.post(f"/connect/{token}")
    fluvius.listed = [
        mandate(),
        mandate(data_service_type="VH_kwartier_uur"),
        mandate(status="Requested", metering_point=None),
    ]
    answer = client.get(f"/connect/{token}/done")
    assert "Electricity, EAN ending in 0209" in answer.text
    assert answer.text.count("ending in") == 1
    assert "541440110000000209" not in answer.text
    assert "Whoever has to agree has 30 days left." in answer.text
    assert "Zonnewende expected 3 connections. Not shared yet: 1." in answer.text
    fluvius.listed = [mandate(status="Finished", metering_point=None)]
    assert title(client.get(f"/connect/{token}/back").text) == "Your permission was ended"


def test_it_may_be_mounted_deep_in_a_site_of_the_providers_own(
    inviting: Inviting, fluvius: Fluvius
) -> None:
    async def home(_request: object) -> PlainTextResponse:
        return PlainTextResponse("our own page")

    inside = Starlette(routes=[Mount("/share", create_app(inviting.context))])
    site = Starlette(routes=[Route("/", home), Mount("/energy", inside)])
    client = AppClient(site, base_url="https://www.energy.example")
    token = inviting.invite("c-1").token
    page = client.get(f"/energy/share/{token}")
    for style in re.findall('rel="stylesheet" href="([^"]+)"', page.text):
        assert client.get(f"/energy/share/{style}").status_code == 200
    back = client.get(f"/energy/share/{token}/back")
    [first, *_] = re.findall('rel="stylesheet" href="([^"]+)"', back.text)
    assert first.startswith("../static/")
    client.post(f"/energy/share/{token}")
    assert fluvius.sent[0][2] == f"https://www.energy.example/energy/share/{token}"


def test_hostile_words_stay_words(tmp_path: Path, clock: Clock, fluvius: Fluvius) -> None:
    bad = '"><script>alert(1)</script>'
    inviting = Inviting(
        tmp_path,
        clock,
        fluvius,
        web={"name": f"Z{bad}"},
        text_en=bad,
        help=bad,
        purpose=bad,
        wording="1",
        back_url=f"https://energy.example/{bad}",
    )
    inviting.keep_words("1", en=bad)
    client = AppClient(inviting.app())
    token = inviting.invite("c-1", label=bad).token
    for path in (token, f"{token}/done", "unknown"):
        assert "<script" not in client.get(f"/connect/{path}").text


def eneco(tmp_path: Path, clock: Clock, portal: str | None) -> Inviting:
    endpoints = Endpoints(base_url="https://api.example", fiam_url=None, portal_url=portal)
    inviting = Inviting(
        tmp_path, clock, EnecoWay("NL.EORI.1", endpoints), purpose="advice", wording="1"
    )
    inviting.keep_words("1", en="We advise you.")
    return inviting


def test_for_eneco_a_click_leads_to_its_page_or_says_what_to_do(
    tmp_path: Path, clock: Clock
) -> None:
    inviting = eneco(tmp_path, clock, "https://fiam.example/consent")
    client = AppClient(inviting.app())
    invitation = inviting.invite("c-1", provider=ENECO)
    path = f"/connect/{invitation.token}"
    assert "You agree there that NL.EORI.1 may see your data." in client.get(path).text
    location = client.post(path).headers["location"]
    assert location.startswith("https://fiam.example/consent?consumer=NL.EORI.1&returnUrl=")
    assert title(client.get(f"{path}/done").text) == "Thank you"
    [_, requested, returned] = visits_of(inviting.office, invitation.invitation_id)
    assert requested.detail == "agreed: advice (1)"
    assert (requested.short_url, returned.kind) == (None, VisitKind.RETURNED)


def test_without_an_address_of_enecos_page_it_says_how(tmp_path: Path, clock: Clock) -> None:
    inviting = eneco(tmp_path, clock, None)
    client = AppClient(inviting.app())
    path = f"/connect/{inviting.invite('c-1', provider=ENECO).token}"
    page = client.get(path).text
    assert "Eneco has no public address of that page" in page
    assert "I agree to what it is for" in page
    answer = client.post(path)
    assert (answer.status_code, title(answer.text)) == (200, "What you do at Eneco")
