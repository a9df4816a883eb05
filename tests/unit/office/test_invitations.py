"""Invitations: one standing link a customer and provider, found by its token alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kwartier.errors import InputError
from kwartier.office import Office, open_office
from kwartier.office.invitations import (
    find_invitation,
    invitations,
    invite,
    invite_all,
    withdraw,
)
from kwartier.office.terms import Terms
from kwartier.office.visits import (
    Visit,
    VisitKind,
    note_visit,
    requested_since,
    visited,
    visits_of,
)
from kwartier.vocabulary.provider import ENECO, FLUVIUS

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path / "s.duckdb")


def test_asking_again_on_the_same_terms_keeps_the_link(office: Office) -> None:
    terms = Terms(services=("VH_dag",), period_start=AT, expected_eans=2)
    first = invite(office, "c-1", provider=FLUVIUS, terms=terms, at=AT)
    again = invite(office, "c-1", provider=FLUVIUS, terms=terms, at=AT + HOUR)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.invitation == first.invitation
    assert again.invitation.terms == terms
    assert invitations(office) == [first.invitation]


def test_other_terms_withdraw_the_old_link_and_make_another(office: Office) -> None:
    old = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation
    new = invite(office, "c-1", provider=FLUVIUS, terms=Terms(max_eans=1), at=AT + HOUR).invitation
    assert new.token != old.token
    found = find_invitation(office, old.token)
    assert found is not None
    assert (found.stands, found.withdrawn_at) == (False, AT + HOUR)
    assert invitations(office, "c-1") == [new]
    assert [one.token for one in invitations(office, "c-1", withdrawn=True)] == [
        old.token,
        new.token,
    ]


def test_a_customer_has_a_link_with_each_provider(office: Office) -> None:
    one = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation
    other = invite(office, "c-1", provider=ENECO, at=AT).invitation
    assert one.token != other.token
    assert withdraw(office, "c-1", provider=ENECO, at=AT)[0].token == other.token
    assert invitations(office, "c-1") == [one]
    assert len(withdraw(office, "c-1", at=AT)) == 1
    assert invitations(office) == withdraw(office, "c-1", at=AT) == []
    assert invite(office, "c-1", provider=FLUVIUS, at=AT).invitation.token != one.token


def test_tokens_are_long_random_and_go_into_an_address(office: Office) -> None:
    asked = [(f"c-{number}", Terms()) for number in range(200)]
    made = [one.invitation for one in invite_all(office, asked, provider=FLUVIUS, at=AT)]
    tokens = {one.token for one in made}
    assert len(tokens) == 200
    assert all(
        len(token) == 32 and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )
    assert [one.customer_id for one in made] == [customer for customer, _ in asked]
    assert made[0].token not in repr(made[0])
    assert find_invitation(office, made[7].token) == made[7]


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "x" * 100_000, "' OR 1=1 --"])
def test_what_is_no_token_finds_nothing(office: Office, token: str) -> None:
    invite(office, "c-1", provider=FLUVIUS, at=AT)
    assert find_invitation(office, token) is None


def test_one_bad_row_and_nobody_is_invited(office: Office) -> None:
    bad = Terms(period_start=AT + HOUR)
    with pytest.raises(InputError, match="period_start"):
        invite_all(office, [("c-1", Terms()), ("c-2", bad)], provider=FLUVIUS, at=AT)
    assert invitations(office) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"services": ("VH_week",)}, "services"),
        ({"services": ("VH_dag", "VH_dag")}, "services"),
        ({"period_start": AT.replace(tzinfo=None)}, "period_start"),
        ({"period_start": AT, "period_end": AT}, "period_end"),
        ({"max_eans": 0}, "max_eans"),
        ({"max_eans": 1001}, "max_eans"),
        ({"expected_eans": 3, "max_eans": 2}, "expected_eans"),
    ],
)
def test_terms_that_cannot_be_name_their_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as raised:
        Terms(**said)
    assert raised.value.field == field


def test_eneco_is_asked_for_nothing_but_a_number(office: Office) -> None:
    terms = Terms(expected_eans=1)
    assert invite(office, "c-1", provider=ENECO, terms=terms, at=AT).invitation.terms == terms
    with pytest.raises(InputError, match="sso: is of Fluvius alone"):
        invite(office, "c-1", provider=ENECO, terms=Terms(sso=True), at=AT)
    with pytest.raises(InputError, match="period_end: must lie in the future"):
        invite(office, "c-1", provider=FLUVIUS, terms=Terms(period_end=AT), at=AT)


def test_visits_are_kept_in_order_and_summed_up_by_kind(office: Office) -> None:
    id_ = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation.invitation_id
    other = invite(office, "c-2", provider=FLUVIUS, at=AT).invitation.invitation_id
    steps = [
        Visit(invitation_id=id_, at=AT, kind=VisitKind.OPENED),
        Visit(
            invitation_id=id_,
            at=AT + HOUR,
            kind=VisitKind.REQUESTED,
            short_url="https://portal.test/?id=a",
            valid_to=AT + 25 * HOUR,
        ),
        Visit(invitation_id=id_, at=AT + 2 * HOUR, kind=VisitKind.RETURNED, detail="granted"),
        Visit(invitation_id=id_, at=AT + 3 * HOUR, kind=VisitKind.OPENED),
    ]
    for step in [*steps, Visit(invitation_id=other, at=AT, kind=VisitKind.FAILED, detail="x")]:
        note_visit(office, step)
    assert visits_of(office, id_) == steps
    assert requested_since(office, id_, AT) == [steps[1]]
    assert requested_since(office, id_, AT + HOUR) == []
    told = {one.kind: one for one in visited(office, "c-1")}
    assert (told[VisitKind.OPENED].first_at, told[VisitKind.OPENED].last_at) == (AT, AT + 3 * HOUR)
    assert told[VisitKind.OPENED].times == 2
    assert told[VisitKind.REQUESTED].valid_to == AT + 25 * HOUR
    assert {one.customer_id for one in visited(office)} == {"c-1", "c-2"}


def test_reloads_and_robots_fill_nothing(office: Office) -> None:
    id_ = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation.invitation_id
    for minutes in range(0, 120, 5):
        at = AT + timedelta(minutes=minutes)
        note_visit(office, Visit(invitation_id=id_, at=at, kind=VisitKind.OPENED), once_in=HOUR)
    assert [one.at for one in visits_of(office, id_)] == [AT, AT + HOUR]


def test_short_urls_that_are_over_are_let_go_of(office: Office) -> None:
    id_ = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation.invitation_id
    asked = Visit(
        invitation_id=id_,
        at=AT,
        kind=VisitKind.REQUESTED,
        short_url="https://portal.test/?id=a",
        valid_to=AT + HOUR,
    )
    note_visit(office, asked)
    assert "portal.test" not in repr(asked)
    note_visit(office, Visit(invitation_id=id_, at=AT + HOUR, kind=VisitKind.OPENED))
    assert visits_of(office, id_)[0].short_url is None


def test_no_ean_is_kept_in_why_a_visit_failed(office: Office) -> None:
    id_ = invite(office, "c-1", provider=FLUVIUS, at=AT).invitation.invitation_id
    why = "no such point 541440110000000209"
    note_visit(office, Visit(invitation_id=id_, at=AT, kind=VisitKind.FAILED, detail=why))
    (kept,) = visits_of(office, id_)
    assert "541440110000000209" not in (kept.detail or "")
