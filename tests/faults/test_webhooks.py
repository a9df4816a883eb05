"""Webhooks against receivers that fail: each event is taken at last, in order, under one id."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Receiver

from kwartier.errors import ConfigurationError, InputError
from kwartier.events import Deliveries, Webhook, WebhookSecret, append_events, deliver, events_of
from kwartier.events.outbox import DeliveryPolicy
from kwartier.registry import Listing
from kwartier.store import Store, open_store
from kwartier.vocabulary.mandate import Mandate
from support.listener import SECRET, Listener

SEEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """The real time, set forward by every pause instead of waiting."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.ahead += timedelta(seconds=seconds)


def mandate(number: int, status: str) -> Mandate:
    return Mandate(
        provider="fluvius",
        contract_number="123",
        reference_number=f"KW-{number}",
        status=status,
        data_service_type="VH_dag",
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three mandates, each requested, then approved, then finished."""
    made = open_store(tmp_path / "store.duckdb", create=True)
    for hours, status in enumerate(("Requested", "Approved", "Finished")):
        mandates = [mandate(number, status) for number in range(3)]
        made.record_mandates(Listing(mandates, SEEN + hours * HOUR), provider="fluvius")
    return made


def send(
    store: Store, listener: Listener, clock: Clock, policy: DeliveryPolicy | None = None
) -> Deliveries:
    webhook = Webhook(url=listener.url, secret=WebhookSecret(SECRET))
    events = list(events_of(store.ledger(), {}))
    sent = deliver(store, events, webhook, now=clock.now, sleep=clock.sleep, policy=policy)
    return asyncio.run(sent)


def statuses_by_mandate(listener: Listener) -> dict[int, list[str]]:
    told: dict[int, list[str]] = {}
    for event in listener.events():
        told.setdefault(event["data"]["mandate_id"], []).append(event["data"]["status"])
    return told


LIFE = ["Requested", "Approved", "Finished"]


def test_each_event_comes_signed_once_and_in_order(store: Store, listener: Listener) -> None:
    assert send(store, listener, Clock()) == Deliveries(taken=9)
    assert statuses_by_mandate(listener) == {1: LIFE, 2: LIFE, 3: LIFE}
    for _, headers, body in listener.came:
        event = Receiver(SECRET).verify(body, headers)
        assert event["id"] == headers["webhook-id"]
    assert send(store, listener, Clock()) == Deliveries()
    assert len(listener.came) == 9


def test_a_forged_body_is_told_apart(store: Store, listener: Listener) -> None:
    send(store, listener, Clock())
    _, headers, body = listener.came[0]
    with pytest.raises(Exception, match="No matching signature"):
        Receiver(SECRET).verify(body.replace(b"Requested", b"Approved"), headers)


def test_what_fails_is_repeated_under_its_id_and_nothing_overtakes_it(
    store: Store, listener: Listener
) -> None:
    listener.statuses = [500, 204, 503, 429, 301, 204, 500]
    clock = Clock()
    done = send(store, listener, clock)
    assert (done.taken, done.left) == (9, 0)
    assert statuses_by_mandate(listener) == {1: LIFE, 2: LIFE, 3: LIFE}
    taken = {headers["webhook-id"] for status, headers, _ in listener.came if status == 204}
    assert {headers["webhook-id"] for _, headers, _ in listener.came} == taken
    assert clock.pauses


def test_what_a_receiver_refuses_waits_for_later_runs_with_growing_pauses(
    store: Store, listener: Listener
) -> None:
    listener.statuses = [500] * 1000
    clock = Clock()
    done = send(store, listener, clock)
    assert (done.taken, done.left, done.error) == (0, 9, "the receiver answered 500")
    assert len(listener.came) == 9, "three rounds of the first event of each mandate"
    webhook = Webhook(url=listener.url, secret=WebhookSecret(SECRET))
    tried = [one for one in store.outstanding(webhook.sink) if one.attempts]
    assert {one.attempts for one in tried} == {3}
    came = len(listener.came)
    send(store, listener, Clock())
    assert len(listener.came) == came, "not due yet"
    listener.statuses = []
    clock.ahead += HOUR
    assert send(store, listener, clock).left == 0
    assert statuses_by_mandate(listener) == {1: LIFE, 2: LIFE, 3: LIFE}


class Passing(Clock):
    """A minute goes by whenever the time is asked for."""

    def now(self) -> datetime:
        self.ahead += timedelta(minutes=1)
        return super().now()


def test_a_long_ledger_is_told_to_a_new_receiver_in_several_runs_each_event_once(
    store: Store, listener: Listener
) -> None:
    policy = DeliveryPolicy(at_once=2, longest=timedelta(minutes=8))
    runs = [send(store, listener, Passing(), policy)]
    while runs[-1].left:
        assert runs[-1].taken, "each run goes on"
        assert runs[-1].error is None, "nothing went wrong"
        runs.append(send(store, listener, Passing(), policy))
    assert len(runs) >= 3
    assert sum(run.taken for run in runs) == 9
    assert statuses_by_mandate(listener) == {1: LIFE, 2: LIFE, 3: LIFE}
    assert len(listener.came) == 9


def test_a_receiver_that_is_gone_is_left_alone(store: Store, listener: Listener) -> None:
    listener.statuses = [410] * 3
    assert send(store, listener, Clock()).left == 9
    assert len(listener.came) == 3


def test_a_crash_after_sending_repeats_events_under_the_same_ids(
    store: Store, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CrashError(Exception):
        """As if the process was killed."""

    def crash(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as patched, pytest.raises(CrashError):
        patched.setattr(store, "note_attempts", crash)
        send(store, listener, Clock())
    first = {event["id"] for event in listener.events()}
    assert send(store, listener, Clock()).taken == 9
    assert len(first) == 3
    assert first <= {event["id"] for event in listener.events()[3:]}


def test_a_file_gets_each_event_once_and_outlives_a_torn_line(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"torn')
    events = list(events_of(store.ledger(), {}))
    assert append_events(store, events, str(path), now=SEEN) == 9
    assert append_events(store, events, str(path), now=SEEN) == 0
    lines = path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines[1:]] == [event.id for event in events]


def test_neither_secret_nor_address_is_shown(store: Store, listener: Listener) -> None:
    secret = WebhookSecret(SECRET)
    webhook = Webhook(url=listener.url, secret=secret)
    event = next(events_of(store.ledger(), {}))
    shown = f"{secret!r} {webhook!r} {webhook.sink} {event!r}"
    assert SECRET[6:20] not in shown
    assert "hidden" not in shown


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%", SECRET * 9])
def test_a_secret_that_is_none_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigurationError, match="KWARTIER_WEBHOOK_SECRET") as caught:
        WebhookSecret(text)
    assert not text[6:] or text[6:] not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "hook", "ftp://example.com/", "http://example.com/", "https://", "http://[x/"]
)
def test_an_address_that_others_could_overhear_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        Webhook(url=url, secret=WebhookSecret(SECRET))
