"""Telling receivers: over HTTP, through outages of theirs, once each; a card and blocks."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from kwartier.alerts import AlertSettings, Chat, WebhookFormat, receivers_of
from kwartier.alerts.delivery import Delivery, tell_receivers, try_receivers
from kwartier.errors import ConfigurationError
from kwartier.office import Office, open_office
from kwartier.office.alerts import (
    Alert,
    AlertKind,
    known_alerts,
    note_alerts,
    open_alerts,
    receiver_states,
    told,
)
from support.listener import Listener

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
SETTINGS = AlertSettings(quiet_from=time(22), quiet_to=time(7), daily_at=time(8, 30))
FUSE = Alert(
    kind=AlertKind.FUSE,
    key="fuse",
    says="It holds <back> [3](http://x) retractions & more.",
    next_step="Look.",
    is_urgent=True,
)
HOLDS = Alert(kind=AlertKind.HOLDS, key="holds", says="2 wait.", next_step="Decide.")


class Desk:
    """An office, a receiver, and a clock that sleeping moves."""

    def __init__(self, folder: Path, listener: Listener) -> None:
        self.office: Office = open_office(folder / "s.duckdb")
        self.listener, self.now = listener, NOON
        self.chat = Chat(url=listener.url, timeout=5)

    def cause(self, *alerts: Alert, topics: tuple[str, ...] = ("fuse", "holds")) -> None:
        note_alerts(self.office, alerts, topics=topics, at=self.now)

    def tell(self, patience: timedelta = timedelta()) -> Delivery:
        async def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)

        telling = tell_receivers(
            self.office,
            [self.chat],
            SETTINGS,
            now=lambda: self.now,
            sleep=sleep,
            patience=patience,
        )
        [done] = asyncio.run(telling)
        return done


@pytest.fixture
def desk(tmp_path: Path, listener: Listener) -> Desk:
    return Desk(tmp_path, listener)


def test_it_is_told_once_and_its_end_once(desk: Desk) -> None:
    desk.cause(FUSE)
    assert desk.tell().taken == 1
    for _ in range(3):
        desk.cause(FUSE)
        assert desk.tell().taken == 0
    desk.cause()
    assert desk.tell().taken == 0, "it may come back"
    desk.now += SETTINGS.settle
    assert [desk.tell().taken for _ in range(3)] == [1, 0, 0]
    assert len(desk.listener.came) == 2


def test_what_comes_back_before_its_end_was_told_is_the_same_alert(desk: Desk) -> None:
    desk.cause(FUSE)
    desk.tell()
    desk.cause()
    desk.cause(FUSE)
    assert len(known_alerts(desk.office)) == 1
    desk.cause()
    desk.now += SETTINGS.settle
    desk.tell()
    desk.cause(FUSE)
    assert len(known_alerts(desk.office)) == 2
    assert desk.tell().taken == 1


def test_what_could_not_be_looked_into_stays_open(desk: Desk) -> None:
    desk.cause(FUSE, HOLDS)
    desk.cause(topics=("holds",))
    assert [one.alert for one in open_alerts(desk.office)] == [FUSE]


def test_what_is_not_urgent_comes_in_one_message_with_the_digest(desk: Desk) -> None:
    desk.cause(HOLDS, Alert(kind=AlertKind.LAG, key="lag:x", says="Late.", next_step="Wait."))
    assert desk.tell().taken == 0
    desk.now = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
    assert desk.tell().taken == 2
    assert len(desk.listener.came) == 1


def test_an_outage_of_the_receiver_is_waited_for_and_what_holds_then_is_told(desk: Desk) -> None:
    desk.listener.statuses = [503, 503, 503]
    desk.cause(FUSE)
    done = desk.tell(patience=timedelta(seconds=10))
    assert (done.taken, done.failed) == (0, 3)
    assert done.error == "the receiver answered 503"
    [state] = receiver_states(desk.office).values()
    assert state.attempts == 3
    assert state.due_at == desk.now + timedelta(seconds=30)
    assert told(desk.office) == []
    assert desk.tell().failed == 0, "not asked before it is due"
    desk.now += timedelta(seconds=30)
    assert desk.tell().taken == 1
    [state] = receiver_states(desk.office).values()
    assert (state.attempts, state.error) == (0, None)


def test_a_short_outage_is_lived_through_in_one_run(desk: Desk) -> None:
    desk.listener.statuses = [500]
    desk.cause(FUSE)
    done = desk.tell(patience=timedelta(seconds=10))
    assert (done.taken, done.failed, done.error) == (1, 1, None)


def test_what_was_over_before_anybody_could_be_told_is_not_told(desk: Desk) -> None:
    desk.listener.statuses = [503]
    desk.cause(FUSE)
    desk.tell()
    desk.cause()
    desk.now += timedelta(days=1)
    assert desk.tell().taken == 0


def test_who_is_new_hears_of_all_that_is_open(desk: Desk) -> None:
    desk.cause(FUSE)
    desk.tell()
    desk.chat = Chat(url=desk.listener.url + "2", timeout=5)
    assert desk.tell().taken == 1


def test_nothing_of_the_address_is_kept_or_shown(desk: Desk) -> None:
    desk.cause(FUSE)
    desk.tell()
    assert b"key=hidden" not in desk.office.path.read_bytes()
    assert "hidden" not in repr(desk.chat) + desk.chat.name


def test_a_card_shows_texts_as_they_are(desk: Desk) -> None:
    desk.cause(FUSE)
    desk.tell()
    [(_, headers, body)] = desk.listener.came
    assert headers["content-type"] == "application/json"
    attachment = json.loads(body)["attachments"][0]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content = attachment["content"]
    assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
    assert FUSE.says in json.dumps(content)
    assert "TextBlock" not in {item["type"] for item in content["body"]}, "it would know marks"


def test_blocks_are_within_what_is_taken_and_hold_no_marks(desk: Desk) -> None:
    desk.chat = Chat(url=desk.listener.url, format=WebhookFormat.SLACK, timeout=5)
    many = [
        Alert(kind=AlertKind.LAG, key=f"lag:{n}", says="x" * 5000, next_step="y", is_urgent=True)
        for n in range(60)
    ]
    desk.cause(*many, FUSE, topics=("lag", "fuse"))
    assert desk.tell().taken == 61
    said = json.loads(desk.listener.came[0][2])
    assert len(said["blocks"]) <= 50
    texts = [block["text"] for block in said["blocks"] if "text" in block]
    assert all(text["type"] == "plain_text" and len(text["text"]) <= 3000 for text in texts)
    assert "41 more" in said["text"]
    assert "<" not in said["text"]
    desk.chat = Chat(url=desk.listener.url + "2", timeout=5)
    assert desk.tell().taken == 61
    assert len(desk.listener.came[1][2]) < 28_000, "what Teams takes"


def test_a_trial_reaches_each_receiver_and_says_what_became_of_it(desk: Desk) -> None:
    desk.listener.statuses = [204, 403]
    results = [asyncio.run(try_receivers([desk.chat], now=NOON))[0][1] for _ in range(2)]
    assert results[0] is None
    assert results[1] is not None
    assert results[1].error == "the receiver answered 403"
    assert told(desk.office) == []


@pytest.mark.parametrize("url", ["http://chat.example/hook", "ftp://x", "https://", "nonsense"])
def test_an_address_that_is_none_or_not_encrypted_is_refused_unseen(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        receivers_of(AlertSettings(), {"KWARTIER_ALERTS_WEBHOOK_URL": url})
    assert url not in str(refused.value)


def test_receivers_are_those_that_are_set() -> None:
    assert receivers_of(AlertSettings(), {}) == []
    settings = AlertSettings(mail_to=("a@b.example",), mail_from="k@b.example")
    variables = {"KWARTIER_ALERTS_WEBHOOK_URL": "https://chat.example/x"}
    assert [one.kind for one in receivers_of(settings, variables)] == ["mail", "webhook"]
    with pytest.raises(ConfigurationError, match="mail_from"):
        receivers_of(AlertSettings(mail_to=("a@b.example",)), {})
