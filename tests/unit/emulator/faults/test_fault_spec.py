"""How faults are written, read, and written again; what is said of a slip."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.emulator.faults import (
    CallsTo,
    Entry,
    Fault,
    FaultName,
    Resource,
    parse_faults,
    read_faults,
)
from kwartier.emulator.faults.arguments import LONGEST_RETRY_AFTER
from kwartier.emulator.faults.fault import WAITING
from kwartier.emulator.faults.plan import NAMED_CALLS, written
from kwartier.errors import ConfigurationError, InputError

ALWAYS_503 = Entry(fault=Fault(name=FaultName.UNAVAILABLE))


@pytest.mark.parametrize(
    ("spec", "plan"),
    [
        ("", []),
        (" ; \n# nothing\n;", []),
        ("503", [CallsTo("*", (ALWAYS_503,))]),
        ("*:503", [CallsTo("*", (ALWAYS_503,))]),
        ("Token : 503", [CallsTo("token", (ALWAYS_503,))]),
        ("/Esco-Live/*:503", [CallsTo("/esco-live/*", (ALWAYS_503,))]),
        (
            "energy:503(Market)=5%, 429( retry-after = 2 )=0.5 %",
            [
                CallsTo(
                    "energy",
                    (
                        Entry(
                            fault=Fault(name=FaultName.UNAVAILABLE, resource=Resource.MARKET),
                            percent=5,
                        ),
                        Entry(fault=Fault(name=FaultName.TOO_MANY, retry_after=2), percent=0.5),
                    ),
                )
            ],
        ),
        (
            "mandate:503=3x,ok=2X,reset=1x",
            [
                CallsTo(
                    "mandate",
                    (
                        Entry(fault=Fault(name=FaultName.UNAVAILABLE), times=3),
                        Entry(fault=Fault(name=FaultName.OK), times=2),
                        Entry(fault=Fault(name=FaultName.RESET), times=1),
                    ),
                )
            ],
        ),
        (
            "503(retry-after-date=30s,mandate)",
            [
                CallsTo(
                    "*",
                    (
                        Entry(
                            fault=Fault(
                                name=FaultName.UNAVAILABLE,
                                resource=Resource.MANDATE,
                                retry_after=30,
                                as_date=True,
                            )
                        ),
                    ),
                )
            ],
        ),
        (
            "token:slow-first-byte(200ms)=1x;energy:slow-body(1.5m)\nmock:503",
            [
                CallsTo(
                    "token",
                    (Entry(fault=Fault(name=FaultName.SLOW_FIRST_BYTE, seconds=0.2), times=1),),
                ),
                CallsTo("energy", (Entry(fault=Fault(name=FaultName.SLOW_BODY, seconds=90)),)),
                CallsTo("mock", (ALWAYS_503,)),
            ],
        ),
    ],
)
def test_what_is_written_is_what_is_meant(spec: str, plan: list[CallsTo]) -> None:
    assert parse_faults(spec) == tuple(plan)


FAULTS = st.sampled_from(FaultName).flatmap(
    lambda name: st.builds(
        Fault,
        name=st.just(name),
        seconds=st.integers(1, 600_000).map(lambda ms: ms / 1000)
        if name in WAITING
        else st.just(0.0),
        resource=st.none() | st.sampled_from(Resource)
        if name is FaultName.UNAVAILABLE
        else st.none(),
    )
)
RETRIED = st.builds(
    Fault,
    name=st.sampled_from([FaultName.TOO_MANY, FaultName.UNAVAILABLE]),
    retry_after=st.integers(0, LONGEST_RETRY_AFTER),
    as_date=st.booleans(),
)
SCRIPTED = st.builds(Entry, fault=FAULTS | RETRIED, times=st.integers(1, 1_000_000))
SHARED = st.builds(
    Entry,
    fault=(FAULTS | RETRIED).filter(lambda fault: fault.name is not FaultName.OK),
    percent=st.integers(1, 25_000_000).map(lambda millionths: millionths / 1_000_000),
)
PLANS = st.lists(
    st.builds(
        CallsTo,
        st.sampled_from(["*", "energy", "/esco-live/*", "/*/api/mandate"]),
        st.lists(SCRIPTED | SHARED, min_size=1, max_size=4).map(tuple),
    ),
    max_size=3,
)


@settings(deadline=None, max_examples=60)
@given(PLANS)
def test_a_plan_is_written_as_it_is_read(plan: list[CallsTo]) -> None:
    assert parse_faults(written(plan)) == tuple(plan)


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="energy:503=5%x,;()*/ \n#.slow-body", max_size=40))
def test_whatever_is_written_is_read_or_refused_with_its_place(spec: str) -> None:
    try:
        parse_faults(spec)
    except InputError as error:
        assert "character " in str(error)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("energy:504=5%", "at character 8: '504' is no fault; choose from 401, 403, 429, 500,"),
        ("enrgy:503", "at character 1: 'enrgy' is none of the calls token, short-url, mandate,"),
        ("energy:503=5", "at character 12: '5' must be a share of the calls"),
        ("energy:503=0%", "'0%' must be a share of the calls from above 0% to 100%"),
        ("energy:503=101%", "'101%' must be a share"),
        ("energy:503=0x", "'0x' must be a share of the calls"),
        (f"energy:503={'9' * 5000}x", "must be a share"),
        ("energy:503=", "at character 12: must be a share"),
        ("energy:503=60%,429=50%", "is 110% together; at most 100% can be"),
        ("503,429", "has two faults for always; add =5% or =3x to all but one"),
        ("ok", "'ok' says how many calls pass: ok=2x"),
        ("ok=5%", "'ok' says how many calls pass: ok=2x"),
        ("token:duplicate-slices", "cannot be: token tells no slices; energy and usages do"),
        ("energy:", "at character 8: name a fault, as in energy:503=5%"),
        ("503;;token:,429", "at character 12: ',429' must be FAULT, FAULT=5% or FAULT=3x"),
        ("503(market", "'503(market' must be FAULT"),
        ("503(markets)", "'503(markets)' may have in its parentheses, each once: retry-after"),
        ("503(market,mandate)", "each once"),
        ("429(market)", "'429(market)' may have in its parentheses"),
        ("429(retry-after=soon)", "retry-after=SECONDS"),
        ("429(retry-after=86401)", "at most 86400 seconds"),
        ("429()", "may have in its parentheses"),
        ("500(1)", "'500(1)' takes nothing in parentheses"),
        ("slow-body", "'slow-body' must say how long, from 1ms to 600s, as in slow-body(2s)"),
        ("slow-body(0)", "must say how long"),
        ("slow-body(11m)", "must say how long"),
        ("slow-body(2s,2s)", "must say how long"),
        ("token:503=1x\n# a remark; with 504\n  energy:oops", "at line 3, character 10: 'oops'"),
    ],
)
def test_a_slip_is_told_with_its_place_and_what_is_allowed(spec: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_faults(spec, "--faults")
    assert str(caught.value).startswith("--faults: at ")
    assert said in str(caught.value)


def test_an_option_may_name_a_file_of_faults(tmp_path: Path) -> None:
    file = tmp_path / "faults.txt"
    file.write_text("token:503=1x  # once\nenergy:reset=5%\n")
    assert read_faults(f"@{file}", "--faults") == parse_faults("token:503=1x; energy:reset=5%")
    assert read_faults("energy:reset", "--faults") == parse_faults("energy:reset")


def test_a_file_with_a_slip_is_named(tmp_path: Path) -> None:
    file = tmp_path / "faults.txt"
    file.write_text("token:503=1x\nenergy:oops\n")
    with pytest.raises(InputError, match=r"faults\.txt\): at line 2, character 8: 'oops'"):
        read_faults(f"@{file}", "--faults")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "faults.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"--faults: .*cannot be read"):
        read_faults(f"@{file}", "--faults")


@pytest.mark.parametrize(
    ("target", "path", "matches"),
    [
        ("token", "/tenant/oauth2/v2.0/token", True),
        ("token", "/tenant/discovery/v2.0/keys", False),
        ("mandate", "/esco-live/v3/api/mandate", True),
        ("mandate", "/esco-sbx/v3/api/mandate", True),
        ("mandate", "/esco-sbx/v3/api/mandate/energy", False),
        ("mandate", "/esco-sbx/v3/api/mandate/mock", False),
        ("energy", "/esco-sbx/v3/api/mandate/energy", True),
        ("mock", "/esco-sbx/v3/api/mandate/mock", True),
        ("short-url", "/esco-live/v3/api/shorturlidentifier", True),
        ("/esco-live/*", "/esco-live/v3/api/mandate", True),
        ("/esco-live/*", "/esco-sbx/v3/api/mandate", False),
        ("/a.c", "/abc", False),
        ("*", "/anything", True),
    ],
)
def test_a_name_stands_for_its_path_and_a_star_for_any_characters(
    target: str, path: str, matches: bool
) -> None:
    (calls,) = parse_faults(f"{target}:503")
    assert bool(calls.pattern().fullmatch(path)) is matches


def test_every_name_of_calls_can_be_written() -> None:
    for name in NAMED_CALLS:
        assert parse_faults(f"{name}:503")[0].target == name
