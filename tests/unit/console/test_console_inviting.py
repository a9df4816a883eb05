"""Inviting from the console: the same link as by command, its QR code, withdrawn in two steps."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kwartier.console import create_app
from kwartier.office.access_log import accesses
from kwartier.office.invitations import find_invitation, invitations, invite
from kwartier.office.terms import Terms
from kwartier.office.users import Role
from kwartier.registry import Listing
from kwartier.registry.customers import CustomerChange
from kwartier.vocabulary.local_time import parse_instant
from kwartier.web.qr_codes import QrCode
from support.asgi import AppClient
from support.console import Console, form_token
from support.mandates import known_mandate

PAGE = "/customers/c-1/invite"
LINK = re.compile(r"<code data-copied>([^<]+)</code>")
NOTHING: Mapping[str, object] = {
    "provider": "fluvius",
    "period_start": "",
    "period_end": "",
    "max_eans": "",
    "expected_eans": "",
    "sso": "",
}


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(tmp_path / "store.duckdb", providers=("fluvius", "eneco"))
    change = CustomerChange(customer_id="c-1", label="Peeters & Co")
    console.store.change_customers([change], provider="fluvius", now=console.clock())
    return console


@pytest.fixture
def operator(console: Console) -> AppClient:
    return console.signed_in(Role.OPERATOR, "Oscar")


def sent(browser: AppClient, fields: Mapping[str, object], path: str = PAGE) -> dict[str, object]:
    return {"form_token": form_token(browser.get(path)), **fields}


def test_the_link_is_made_once_and_is_that_of_the_command(
    console: Console, operator: AppClient
) -> None:
    asked = {"services": ["VH_dag", "IG"], "period_start": "2026-01-01", "expected_eans": "2"}
    made = operator.post(PAGE, data=sent(operator, {**NOTHING, **asked, "sso": "no"}))
    assert made.status_code == 200
    [link] = LINK.findall(made.text)
    terms = Terms(
        services=("VH_dag", "IG"),
        period_start=parse_instant("2026-01-01", "period_start"),
        expected_eans=2,
        sso=False,
    )
    by_command = invite(console.office, "c-1", provider="fluvius", at=console.clock(), terms=terms)
    assert not by_command.is_new
    assert link == f"https://console.example/connect/{by_command.invitation.token}"
    assert accesses(console.office, customer_id="c-1")[0].action == "invited"
    again = filled(operator.get(PAGE).text)
    same = operator.post(PAGE, data=sent(operator, again))
    assert LINK.findall(same.text) == [link], "sent as the form was filled, nothing changes"
    assert "the link is the same" in same.text
    other = operator.post(PAGE, data=sent(operator, again | {"expected_eans": "3"}))
    assert LINK.findall(other.text) not in ([], [link])
    assert len(invitations(console.office, "c-1")) == 1


def filled(page: str) -> dict[str, object]:
    """What the form holds."""
    inputs = re.findall(r'<input(?: type="\w+")? name="(\w+)" value="([^"]*)"', page)
    said: dict[str, object] = {name: html.unescape(v) for name, v in inputs if name in NOTHING}
    said["services"] = re.findall(r'name="services" value="(\w+)" checked', page)
    for name in ("provider", "sso"):
        options = re.search(rf'<select name="{name}">(.*?)</select>', page, re.DOTALL)
        assert options is not None
        [said[name]] = re.findall(r'value="(\w*)" selected', options[1])
    return said


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"provider": "other"}, "Provider must be one that is configured"),
        ({"provider": "eneco", "max_eans": "2"}, "Most metering points is of Fluvius alone"),
        ({"max_eans": "many"}, "Most metering points must be a number"),
        ({"max_eans": "1001"}, "Most metering points must be between 1 and 1000"),
        ({"expected_eans": "3", "max_eans": "2"}, "Expected metering points must not be more"),
        ({"period_start": "soon"}, "First day must be an ISO 8601 date"),
        ({"period_end": "2026-01-01"}, "End must lie in the future"),
        ({"services": ["VH_dag", "VH_dag"]}, "What is asked for must be at most 3, each once"),
        ({"sso": "perhaps"}, "Signing in must be yes, no"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(
    console: Console, operator: AppClient, fields: dict[str, object], says: str
) -> None:
    answer = operator.post(PAGE, data=sent(operator, {**NOTHING, **fields}))
    assert answer.status_code == 400
    assert says in answer.text
    if "provider" not in fields:
        assert 'aria-invalid="true"' in answer.text
    for value in fields.values():
        if isinstance(value, str) and value not in ("other", "perhaps"):
            assert f'value="{value}"' in answer.text, "what was typed stays"
    assert invitations(console.office, withdrawn=True) == []


def test_the_qr_code_is_that_of_the_address_customers_reach(
    console: Console, operator: AppClient
) -> None:
    made = invite(console.office, "c-1", provider="eneco", at=console.clock()).invitation
    context = replace(console.context, connect_url="https://www.energy.example/share")
    there = AppClient(create_app(context), base_url="https://console.example")
    there.cookies = operator.cookies
    path = f"/customers/c-1/invitations/{made.invitation_id}/qr.svg"
    assert f'src="{path}"' in there.get(PAGE).text
    code = there.get(path)
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.headers["cache-control"] == "no-store"
    assert code.content == QrCode(f"https://www.energy.example/share/{made.token}").svg()
    change = CustomerChange(customer_id="c-2")
    console.store.change_customers([change], provider="fluvius", now=console.clock())
    assert there.get(path.replace("c-1", "c-2")).status_code == 404
    assert console.signed_in(Role.PRIVACY_OFFICER).get(path).status_code == 403


def test_withdrawing_takes_two_steps(console: Console, operator: AppClient) -> None:
    made = invite(console.office, "c-1", provider="fluvius", at=console.clock()).invitation
    other = invite(console.office, "c-1", provider="eneco", at=console.clock()).invitation
    path = f"/customers/c-1/invitations/{made.invitation_id}/withdraw"
    assert path in operator.get(PAGE).text
    asked = operator.get(path)
    assert "work no more" in asked.text
    assert len(invitations(console.office, "c-1")) == 2
    done = operator.post(path, data={"form_token": form_token(asked)})
    assert done.status_code == 200
    assert invitations(console.office, "c-1") == [other]
    gone = find_invitation(console.office, made.token)
    assert gone is not None
    assert not gone.stands
    entry = accesses(console.office, customer_id="c-1")[0]
    assert (entry.action, entry.detail) == ("withdrew an invitation", "fluvius")
    assert operator.post(path, data={"form_token": form_token(asked)}).status_code == 404


def test_a_customer_is_added_and_then_invited(console: Console, operator: AppClient) -> None:
    assert 'href="/invite"' in operator.get("/customers").text
    assert 'href="/invite"' not in console.signed_in(Role.VIEWER).get("/customers").text
    typed = {
        "customer_id": "crm/7",
        "label": "Bakkerij <Jo>",
        "flow": "B2B",
        "enterprise_number": "BE 0123.456.789",
        "language": "fr",
        "contact": "",
    }
    for wrong, says in (
        ({"customer_id": " "}, "Customer id must not be empty"),
        ({"customer_id": "c-1"}, "Customer id is another customer"),
        ({"enterprise_number": "12"}, "Enterprise number must have 9 or 10 digits"),
        ({"language": "es"}, "Language must be nl, en, fr or de"),
        ({"label": "a\nb"}, "Name must not hold line breaks"),
    ):
        refused = operator.post("/invite", data=sent(operator, typed | wrong, "/invite"))
        assert refused.status_code == 400
        assert says in refused.text
        assert "0123.456.789" in refused.text or "enterprise_number" in wrong
    [known] = console.store.customers()
    assert known.label == "Peeters & Co", "nothing changed"
    added = operator.post("/invite", data=sent(operator, typed, "/invite"))
    assert added.headers["location"] == "/customers/crm%2F7/invite"
    assert "Invite Bakkerij &lt;Jo&gt;" in operator.get(added.headers["location"]).text
    [new] = [one for one in console.store.customers() if one.customer_id == "crm/7"]
    assert (new.enterprise_number, new.language) == ("0123456789", "fr")
    assert "crm/7" in {one.customer_id for one in console.store.references()}
    log = accesses(console.office, customer_id="crm/7")
    assert log[-1].action == "added a customer"


def test_who_is_to_renew_is_sent_the_same_link(console: Console, operator: AppClient) -> None:
    made = invite(console.office, "c-1", provider="fluvius", at=console.clock()).invitation
    now = console.clock()
    [reference] = [one.reference_number for one in console.store.references()]
    mandate = known_mandate(
        1,
        reference_number=reference,
        period_start=now - timedelta(days=300),
        period_end=now + timedelta(days=20),
        expires_at=now + timedelta(days=20),
        renewal_status="ToBeRenewed",
    ).mandate
    console.store.record_mandates(Listing([mandate], now), provider="fluvius")
    console.board.refresh()
    assert "Send the link again" in operator.get("/work").text
    assert "Send the link again" not in console.signed_in(Role.VIEWER).get("/work").text
    assert "Send this link again" in operator.get("/customers/c-1").text
    page = operator.get(PAGE).text
    assert "The consent runs out in 20 days. Send this link again" in page
    assert made.token in page
