"""The configuration file: written with all it may hold, read back the same, errors that help."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.configuration import Configuration, configured, read_configuration, render
from kwartier.configuration.sections import sections
from kwartier.configuration.table import Key, keys_of
from kwartier.eneco.timestamps import HourLabel, Timestamps
from kwartier.errors import ConfigurationError
from kwartier.sync import FetchPolicy, PollPolicy, RunPolicy
from kwartier.vocabulary.centigrade import Centigrade
from kwartier.vocabulary.setting import Bound

KEYS = [(name, key) for name, section in sections().items() for key in keys_of(section).values()]


def bound(given: Bound | None, otherwise: float) -> Any:
    return otherwise if given is None else given


WITH_RULES: dict[str, list[Any]] = {
    "zone": ["UTC", "Europe/Amsterdam"],
    "public_url": ["https://energy.example", "http://localhost:8602"],
    "oidc_issuer": ["https://people.energy.example/realm"],
    "colour": ["#0b5fa5", "#FFD200"],
    "logo": [Path("logo.svg"), Path("/some/where/logo.PNG")],
    "address": ["https://energy.example/share"],
    "back_url": ["https://energy.example/welcome?to=us"],
    "embed_in": ["https://energy.example", "https://energy.example http://localhost:8000"],
    "purpose": ["advice on my consumption"],
    "wording": ["2026-1"],
    "mail_to": ["it@energy.example", "on.call+kwartier@energy.example"],
    "mail_from": ["kwartier@energy.example"],
}
"""Values of the keys of which not every text will do."""


def values_of(key: Key) -> st.SearchStrategy[Any]:
    """Any value that the key may have."""
    low, high = key.setting.at_least, key.setting.at_most
    one: st.SearchStrategy[Any]
    if key.kind.one is bool:
        one = st.booleans()
    elif key.kind.one is int:
        one = st.integers(bound(low, 0), bound(high, 10**9))
    elif key.kind.one is float:
        one = st.integers(int(bound(low, 0)) * 4, int(bound(high, 10**6)) * 4).map(lambda n: n / 4)
    elif key.kind.one is timedelta:
        longest = high or timedelta(days=900)
        assert isinstance(longest, timedelta)
        first = int((low or timedelta(0)) / timedelta(milliseconds=1))  # type: ignore[operator]
        one = st.integers(first, int(longest / timedelta(milliseconds=1))).map(
            lambda n: timedelta(milliseconds=n)
        )
    elif key.kind.one is time:
        one = st.times().map(lambda at: at.replace(microsecond=0))
    elif key.name in WITH_RULES:
        one = st.sampled_from(WITH_RULES[key.name])
    elif issubclass(key.kind.one, StrEnum):
        one = st.sampled_from(list(key.kind.one))
    else:
        texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
        one = texts.filter(lambda text: text.strip() != "").map(key.kind.one)
    if key.kind.is_many:
        one = st.lists(one, min_size=1, max_size=3).map(tuple)
    return st.none() | one if key.kind.is_optional else one


@st.composite
def configurations(draw: st.DrawFn) -> Configuration:
    configuration = Configuration()
    for name, key in KEYS:
        if draw(st.booleans()):
            section = replace(getattr(configuration, name), **{key.name: draw(values_of(key))})
            configuration = replace(configuration, **{name: section})
    return configuration


@given(configurations())
@settings(max_examples=25, deadline=None)
def test_what_is_written_reads_back_the_same(configuration: Configuration) -> None:
    assert configured(tomllib.loads(render(configuration)), called="it") == configuration


def test_the_file_names_every_setting_with_its_default_and_meaning() -> None:
    text = render()
    assert configured(tomllib.loads(text), called="it") == Configuration()
    for name, key in KEYS:
        table = text.split(f"\n[{name}]\n")[1].split("\n[")[0]
        assert re.search(rf"^#.*\n(# )?{key.name} = ", table, re.MULTILINE), (name, key.name)
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("policy", [FetchPolicy, RunPolicy, PollPolicy])
def test_every_field_of_a_policy_can_be_set(policy: type) -> None:
    assert [field.name for field in fields(policy)] == list(keys_of(policy))


def test_all_tables_have_settings() -> None:
    assert all(keys_of(section) for section in sections().values())


def complaint(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        configured(tomllib.loads(text), called="k.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[schedul]", "k.toml: [schedul]: no such table; is schedule meant?"),
        ("[schedule]\njiter = '5m'", "schedule.jiter: no such key; is jitter meant?"),
        ("[schedule]\nconcurrency = 3", "schedule.concurrency: no such key; it belongs in [run]"),
        ("[store]\nzzz = 1", "store.zzz: no such key; known are path"),
        ("store = 1", "store: must be a table: write [store] on a line of its own"),
        ("[schedule]\njitter = 5", "schedule.jitter: must be a duration in quotes such as "),
        ("[schedule]\njitter = '5'", "not '5'"),
        ("[schedule]\njitter = '7h'", "schedule.jitter: must be between 0s and 6h, not '7h'"),
        ("[schedule]\nsync_at = '12:30'", 'must be a list such as ["12:30"], not'),
        ("[schedule]\nsync_at = []", "schedule.sync_at: must be a list such as"),
        ("[schedule]\nsync_at = ['25:00']", "schedule.sync_at: must be a local time in quotes"),
        ("[schedule]\nsync_at = ['12:00Z']", "without zone"),
        ("[run]\nconcurrency = 0", "run.concurrency: must be between 1 and 100, not 0"),
        ("[run]\nconcurrency = true", "run.concurrency: must be a whole number, not True"),
        ("[run]\nconcurrency = 1.5", "run.concurrency: must be a whole number, not 1.5"),
        ("[retry]\ntotal = nan", "retry.total: must be a number, not nan"),
        ("[retry]\ntotal = -1", "retry.total: must be at least 0, not -1"),
        ("[provider]\nsandbox = 'yes'", "provider.sandbox: must be true or false, not 'yes'"),
        ("[provider]\nnames = ['enexo']", 'provider.names: must be one of "fluvius", "eneco"'),
        ("[provider]\nenv_file = ' '", "provider.env_file: must not be empty"),
        ("[service]\nlog_format = 'xml'", 'service.log_format: must be one of "auto", "json"'),
        ("[arrival]\ngas_after = '-1h'", "arrival.gas_after: must be a duration"),
    ],
)
def test_what_is_wrong_is_told_by_table_key_rule_and_value(text: str, said: str) -> None:
    assert said in complaint(text)


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = complaint("[run]\npage = 0\nconcurrency = 'x'\n[events]\nfyle = 'f'").splitlines()
    assert len(told) == 3
    assert all(line.startswith("k.toml: ") for line in told)


@pytest.mark.parametrize("key", ["client_secret", "subscription_key", "webhook_secret", "password"])
def test_a_secret_is_refused_and_not_shown(key: str) -> None:
    told = complaint(f"[provider]\n{key} = 'hush-hush'")
    assert f"provider.{key}: secrets never stand here" in told
    assert "hush" not in told


def test_local_times_of_toml_will_do() -> None:
    read = configured(tomllib.loads("[schedule]\nsync_at = [07:00:00, 12:30:00]"), called="it")
    assert read.schedule.sync_at == (time(7), time(12, 30))


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "k.toml"
    assert read_configuration(None) == Configuration()
    with pytest.raises(ConfigurationError, match=r"cannot be read \(No such file.*config init"):
        read_configuration(path)
    path.write_text("[run\n")
    with pytest.raises(ConfigurationError, match=r"k\.toml: is no TOML: .*line 1"):
        read_configuration(path)
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigurationError, match="it is not UTF-8 text"):
        read_configuration(path)


def test_what_enecos_documents_leave_open_can_be_said() -> None:
    said = tomllib.loads('[eneco]\nzone = "Europe/Amsterdam"\nlabels = "end"\ncentigrade = "GJ"')
    eneco = configured(said, called="it").eneco
    assert eneco.timestamps() == Timestamps(zone="Europe/Amsterdam", labels=HourLabel.END)
    assert eneco.centigrade is Centigrade.GJ


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ('zone = "Europe/Hoogkerk"', "eneco.zone: must be an IANA time zone"),
        ('labels = "middle"', 'eneco.labels: must be one of "start", "end"'),
        ('centigrade = "kWh"', 'eneco.centigrade: must be one of "unknown", "GJ", "degrees"'),
    ],
)
def test_what_cannot_be_said_of_eneco_is_refused(line: str, rule: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(rule)):
        configured(tomllib.loads(f"[eneco]\n{line}"), called="it")
