"""One line an event: JSON for programs, text for people, no EAN in either."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kwartier.ean_digests import digest_for_logs
from kwartier.retention import RetentionPolicy
from kwartier.serve import LogFormat, LogLevel, say, set_up_logs
from kwartier.serve.summary import tell_of_retention
from kwartier.sync import enforce
from support.data_owners import OWNER, contract, list_contracts, live_with_heat
from support.stores import duckdb_store, later

EAN = "541440110000000101"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def former_logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    root.setLevel(level)


def test_json_has_time_level_event_and_fields() -> None:
    out = io.StringIO()
    set_up_logs(out, LogFormat.AUTO, LogLevel.INFO)
    say(logging.INFO, "sync_finished", requests=3, as_of=MOMENT, note='say "so"\n')
    say(logging.DEBUG, "unheard")
    [line] = out.getvalue().splitlines()
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("time")).tzinfo is not None
    assert told == {
        "level": "info",
        "event": "sync_finished",
        "requests": 3,
        "as_of": "2026-01-01T00:00:00Z",
        "note": 'say "so"\n',
    }


def test_what_others_log_is_a_message() -> None:
    out = io.StringIO()
    set_up_logs(out, LogFormat.JSON, LogLevel.INFO)
    logging.getLogger("kwartier.store").warning("waiting for %s", "it")
    told = json.loads(out.getvalue())
    assert (told["event"], told["logger"], told["message"]) == (
        "message",
        "kwartier.store",
        "waiting for it",
    )


def test_a_terminal_gets_text() -> None:
    out = Screen()
    set_up_logs(out, LogFormat.AUTO, LogLevel.INFO)
    say(logging.WARNING, "sync_failed", error="no reply", pause=1.5)
    assert out.getvalue().endswith('WARNING sync_failed error="no reply" pause=1.5\n')


def test_of_what_was_erased_it_says_how_much_of_which_kind(tmp_path: Path) -> None:
    out = io.StringIO()
    set_up_logs(out, LogFormat.JSON, LogLevel.INFO)
    store = duckdb_store(tmp_path)
    live_with_heat(store)
    list_contracts(store, contract(status="Finished"), hours=1)
    tell_of_retention(enforce(store, now=later(1), policy=RetentionPolicy()))
    tell_of_retention(enforce(store, now=later(2), policy=RetentionPolicy()))
    [told] = map(json.loads, out.getvalue().splitlines())
    assert told["event"] == "retracted"
    assert (told["receipts"], told["values"], told["metering_points"]) == (1, 0, 0)
    assert told["addresses"] == 1
    assert OWNER not in out.getvalue()


@pytest.mark.parametrize("form", [LogFormat.JSON, LogFormat.TEXT])
def test_eans_are_digests_even_in_a_traceback(form: LogFormat) -> None:
    out = io.StringIO()
    set_up_logs(out, form, LogLevel.INFO)
    try:
        int(f"odd: {EAN}")
    except ValueError:
        logging.getLogger("kwartier.serve").exception("crashed", extra={"fields": {"of": EAN}})
    logging.getLogger("other").error("about %s, %s", EAN, EAN + "1")
    assert EAN not in out.getvalue().replace(EAN + "1", "")
    assert out.getvalue().count(digest_for_logs(EAN)) >= 3
    assert "ValueError" in out.getvalue()
