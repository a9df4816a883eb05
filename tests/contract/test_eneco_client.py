"""The real clients of Eneco and KPN FIAM against the emulator, blocking and async."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import uvloop

from kwartier.emulator.eneco.data_owners import data_owners
from kwartier.emulator.fiam.contracts import Environment as Emulated
from kwartier.emulator.thread import EmulatorThread
from kwartier.eneco import (
    AsyncEnecoClient,
    AuthenticationError,
    ConfigurationError,
    EnecoAPIError,
    EnecoClient,
    EnecoCredentials,
    Environment,
    ForbiddenError,
    InputError,
    NoReplyError,
    NotFoundError,
    RateLimitError,
    RetryPolicy,
    ServerError,
    ServiceUnavailableError,
    ValidationError,
    decode_usages,
    is_transient,
)
from kwartier.transport import Call, Reply
from support.faults import FaultControl
from support.raw_eneco import RawEneco

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
STRANGER = "3f0f6f5e-0000-4000-8000-00000000beef"
NO_RETRY = RetryPolicy(attempts=1)
OWNERS = [each.id for each in data_owners(Emulated.ACCEPTANCE)]
RESIDENT, MOVER, PAYER = OWNERS[0], OWNERS[1], OWNERS[3]

Ask = Callable[..., Any]
Asking = Callable[..., Ask]


class Blocking:
    """Calls a method of the blocking client."""

    def __init__(self, **settings: Any) -> None:
        self.client = EnecoClient(clock=lambda: NOW, retry=NO_RETRY, **settings)

    def __call__(self, name: str, *args: Any, **arguments: Any) -> Any:
        return getattr(self.client, name)(*args, **arguments)

    def close(self) -> None:
        self.client.close()


class Awaiting:
    """Calls a method of the async client, on a uvloop of its own."""

    def __init__(self, **settings: Any) -> None:
        self.loop = uvloop.new_event_loop()
        self.client = AsyncEnecoClient(clock=lambda: NOW, retry=NO_RETRY, **settings)

    def __call__(self, name: str, *args: Any, **arguments: Any) -> Any:
        return self.loop.run_until_complete(getattr(self.client, name)(*args, **arguments))

    def close(self) -> None:
        self.loop.run_until_complete(self.client.aclose())
        self.loop.close()


@pytest.fixture(autouse=True)
def _variables(emulator_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in emulator_env.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module", params=[Blocking, Awaiting], ids=["blocking", "async"])
def driven(request: pytest.FixtureRequest) -> type[Blocking] | type[Awaiting]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def asking(driven: type[Blocking] | type[Awaiting]) -> Iterator[Asking]:
    """Makes clients, of acceptance unless told otherwise."""
    made: list[Blocking | Awaiting] = []

    def make(environment: Environment = Environment.ACCEPTANCE, **settings: Any) -> Ask:
        made.append(driven(environment=environment, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def ask(driven: type[Blocking] | type[Awaiting], emulator: EmulatorThread) -> Iterator[Ask]:
    """A client of acceptance that several tests share: signing in takes a moment."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in emulator.env.items():
            patched.setenv(name, value)
        asking = driven(environment=Environment.ACCEPTANCE)
    yield asking
    asking.close()


@pytest.fixture(scope="module")
def raw(emulator: EmulatorThread) -> RawEneco:
    """Acceptance over raw HTTP."""
    return RawEneco(emulator.env)


@pytest.fixture
def faults(emulator: EmulatorThread) -> Iterator[FaultControl]:
    control = FaultControl(emulator.url)
    yield control
    control.clear()


@pytest.fixture(scope="module")
def resident(raw: RawEneco) -> Iterator[str]:
    """A data owner whose contract with us stands all the while."""
    raw.set_consent(RESIDENT, True)
    yield RESIDENT
    raw.set_consent(RESIDENT, False)


def test_the_sandbox_from_granting_to_revoking(ask: Ask, raw: RawEneco) -> None:
    us = raw.client_id
    raw.set_consent(MOVER, False)

    listed = {each.consumer_id: each.is_consent for each in ask("list_consumers", MOVER)}
    assert listed[us] is False
    with pytest.raises(ForbiddenError):
        ask("get_usages", MOVER)

    granted = ask("set_consent", MOVER, us, True)
    assert (granted.consumer_id, granted.is_consent) == (us, True)
    assert ask("set_consent", MOVER, us, True) == granted
    again = {each.consumer_id: each.is_consent for each in ask("list_consumers", MOVER)}
    assert again == {**listed, us: True}
    assert MOVER in [each.data_owner for each in ask("list_contracts").contracts]

    usages = ask("get_usages", MOVER)
    assert [each.channel_id for each in usages.usage_channels]
    assert all(each.usage_records for each in usages.usage_channels)

    assert ask("set_consent", MOVER, us, False).is_consent is False
    with pytest.raises(ForbiddenError, match="no active contract") as caught:
        ask("get_usages", MOVER)
    assert caught.value.status == 403
    assert MOVER not in str(caught.value)
    assert MOVER not in [each.data_owner for each in ask("list_contracts").contracts]


def test_a_page_holds_the_day_before_its_end(ask: Ask, resident: str) -> None:
    end = NOW - 3 * DAY
    usages = ask("get_usages", resident.upper(), end)
    same = ask("get_usages", resident, end.isoformat())

    assert datetime.fromisoformat(usages.start_date) == end - DAY
    assert datetime.fromisoformat(usages.end_date) == end
    assert usages == same
    assert {len(each.usage_records) for each in usages.usage_channels} == {24}


def test_the_bytes_are_the_reply_itself(ask: Ask, resident: str) -> None:
    end = NOW - 3 * DAY
    reply = ask("fetch_usages", resident, end)
    table = decode_usages(
        reply.body, metering_point=reply.metering_point, fetched_at=reply.fetched_at
    )

    assert reply.fetched_at == NOW
    assert reply.metering_point == resident
    assert set(msgspec.json.decode(reply.body)) == {"startDate", "endDate", "usageChannels"}
    assert table.num_rows == 24 * len(ask("get_usages", resident, end).usage_channels)
    assert resident not in repr(reply)


def test_a_span_comes_whole_and_once(ask: Ask, resident: str) -> None:
    start, end = NOW - 4 * DAY - 5 * HOUR, NOW - 2 * DAY
    table = ask("usages_table", resident, start, end)
    hours = int((end - start) / HOUR)
    channels = ask("get_usages", resident, end).usage_channels

    assert table.num_rows == hours * len(channels)
    for energy_type in set(table["energy_type"].to_pylist()):
        of_type = [row for row in table.to_pylist() if row["energy_type"] == energy_type]
        assert [row["start"] for row in of_type] == [start + n * HOUR for n in range(hours)]


def test_a_span_until_now_has_the_newest_there_is(ask: Ask, resident: str) -> None:
    table = ask("usages_table", resident, NOW - 2 * DAY)
    newest = max(
        datetime.fromisoformat(record.timestamp)
        for channel in ask("get_usages", resident).usage_channels
        for record in channel.usage_records
        if record.amount is not None
    )
    kept = [row["start"] for row in table.to_pylist() if row["value"] is not None]

    assert min(table["start"].to_pylist()) >= NOW - 2 * DAY
    assert max(kept) == newest


def test_the_address_is_told_and_not_shown(ask: Ask, raw: RawEneco, resident: str) -> None:
    metadata = ask("get_metadata", resident)

    assert metadata.delivery_address == raw.owners[0].address
    assert metadata.delivery_address.street not in repr(metadata)


def test_contracts_are_listed_page_by_page(
    ask: Ask, resident: str, monkeypatch: pytest.MonkeyPatch, raw: RawEneco
) -> None:
    raw.set_consent(PAYER, True)
    whole = ask("list_contracts")
    monkeypatch.setattr("kwartier.eneco.contract_calls.PAGE_SIZE", 1)
    paged = ask("list_contracts")

    assert {resident, PAYER} <= {each.data_owner for each in whole.contracts}
    assert whole.is_complete and paged.is_complete
    assert whole.fetched_at.tzinfo is UTC
    assert sorted(paged.contracts, key=lambda one: one.id) == sorted(
        whole.contracts, key=lambda one: one.id
    )
    for each in whole.contracts:
        assert ask("get_contract", each.id) == each
    raw.set_consent(PAYER, False)
    gone = next(each.id for each in whole.contracts if each.data_owner == PAYER)
    with pytest.raises(NotFoundError, match="no such contract"):
        ask("get_contract", gone)


def test_production_has_its_own_key_and_contracts(
    asking: Asking, emulator_env: dict[str, str]
) -> None:
    live = RawEneco(emulator_env, Emulated.PRODUCTION)
    owner, stranger = live.owners[2].id, live.owners[4].id
    live.grant(owner)
    ask = asking(Environment.PRODUCTION)
    with pytest.raises(ForbiddenError):
        ask("get_usages", stranger)

    assert ask("get_usages", owner).usage_channels
    assert owner in [each.data_owner for each in ask("list_contracts").contracts]


# Every row of the error table.


def test_400_for_parts_of_the_address_that_are_not_there(asking: Asking, resident: str) -> None:
    for part in ("business_unit", "label", "product_type"):
        with pytest.raises(ValidationError, match=r"400 Bad Request.*only business unit nl"):
            asking(**{part: "be"})("get_usages", resident)


def test_400_for_an_end_in_the_future(ask: Ask, resident: str) -> None:
    with pytest.raises(InputError, match="end_date: must not lie in the future"):
        ask("get_usages", resident, NOW + DAY)


def test_400_by_the_service_for_what_it_takes_for_the_future(
    resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        EnecoClient(environment="acceptance", clock=lambda: NOW + 9 * DAY) as client,
        pytest.raises(ValidationError, match=r"endDate.*\(.*end_date must not"),
    ):
        client.get_usages(resident, NOW + DAY)


def test_400_for_the_sandboxs_calls_in_production(
    asking: Asking, resident: str, monkeypatch: pytest.MonkeyPatch, emulator_env: dict[str, str]
) -> None:
    for prefix in ("ENECO", "FIAM"):
        monkeypatch.setenv(f"{prefix}_ACCEPTANCE_BASE_URL", emulator_env[f"{prefix}_BASE_URL"])
    monkeypatch.setenv("ENECO_ACCEPTANCE_API_KEY", emulator_env["ENECO_API_KEY"])
    misled = asking()
    for call in (("list_consumers", resident), ("set_consent", resident, "someone", True)):
        with pytest.raises(ValidationError, match="acceptance only") as caught:
            misled(*call)
        assert caught.value.status == 400


def test_the_sandboxs_calls_are_not_even_sent_in_production(asking: Asking) -> None:
    ask = asking(Environment.PRODUCTION)
    for call in (("list_consumers", RESIDENT), ("set_consent", RESIDENT, "someone", True)):
        with pytest.raises(ConfigurationError, match=f"^{call[0]}: only the acceptance"):
            ask(*call)


def test_400_for_a_consumer_that_is_none(ask: Ask, resident: str) -> None:
    with pytest.raises(ValidationError, match="consumerId"):
        ask("set_consent", resident, "nobody", True)


def test_401_for_a_key_of_the_other_environment(
    asking: Asking, resident: str, monkeypatch: pytest.MonkeyPatch, emulator_env: dict[str, str]
) -> None:
    key = emulator_env["ENECO_API_KEY"]
    monkeypatch.setenv("ENECO_ACCEPTANCE_API_KEY", key)
    ask = asking()
    for call in (("get_usages", resident), ("list_consumers", resident)):
        with pytest.raises(AuthenticationError, match="not valid in this environment") as caught:
            ask(*call)
        assert caught.value.status == 401
        assert key not in str(caught.value)
        assert "check api_key" in str(caught.value)


@pytest.mark.parametrize("header", ["apiKey", "Authorization"])
def test_401_for_a_header_that_is_missing(
    ask: Ask, resident: str, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something between us and Eneco takes it away."""
    if header == "Authorization":
        monkeypatch.setattr(Call, "with_header", lambda call, *_: call)
    else:
        monkeypatch.setattr("kwartier.eneco.operation.Api._headers", lambda _: {})
    with pytest.raises(AuthenticationError, match=f"header {header}") as caught:
        ask("get_usages", resident)
    assert caught.value.status == 401


def test_401_when_fiam_refuses_the_token(
    asking: Asking, resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIAM_CLIENT_ID", "EU.EORI.NLNOBODY")
    with pytest.raises(AuthenticationError, match=r"^no token: KPN FIAM answered 401.*certificate"):
        asking()("get_usages", resident)


def test_403_for_a_data_owner_without_a_contract(ask: Ask, raw: RawEneco) -> None:
    raw.set_consent(MOVER, False)
    for call in ("get_usages", "get_metadata", "fetch_usages"):
        with pytest.raises(ForbiddenError, match="has not consented, or no longer"):
            ask(call, MOVER)


def test_403_for_a_token_that_nobody_issued(
    asking: Asking, resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENECO_ACCEPTANCE_CONSUMER_TOKEN", "made-up")
    ask = asking()
    with pytest.raises(ForbiddenError, match="or is no good"):
        ask("get_usages", resident)
    with pytest.raises(ConfigurationError, match=r"^contracts: .*FIAM_ACCEPTANCE_CLIENT_ID"):
        ask("list_contracts")


def test_a_ready_made_token_serves_without_fiam(
    asking: Asking, resident: str, raw: RawEneco, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CERTIFICATE_PATH", "PRIVATE_KEY_PATH", "ACCEPTANCE_BASE_URL"):
        monkeypatch.delenv(f"FIAM_{name}")
    monkeypatch.setenv("ENECO_ACCEPTANCE_CONSUMER_TOKEN", raw.token)

    assert asking()("get_usages", resident).usage_channels


def test_404_for_a_data_owner_that_is_not_there(ask: Ask) -> None:
    for call in ("get_usages", "get_metadata", "list_consumers"):
        with pytest.raises(NotFoundError, match="no such data owner") as caught:
            ask(call, STRANGER)
        assert caught.value.status == 404
        assert STRANGER not in str(caught.value)


def test_415_for_another_media_type(
    ask: Ask, resident: str, raw: RawEneco, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something between us and Eneco changes it."""

    def changed(call: Call, name: str, value: str) -> Call:
        headers = {**call.headers, name: value, "Content-Type": "text/plain"}
        return replace(call, headers=headers)

    ask("get_usages", resident)  # so that the token is there
    monkeypatch.setattr(Call, "with_header", changed)
    with pytest.raises(ValidationError, match=r"415 Unsupported Media Type.*application/json"):
        ask("set_consent", resident, raw.client_id, True)


@pytest.mark.parametrize(
    ("fault", "kind", "told"),
    [
        ("401", AuthenticationError, "check api_key"),
        ("403", ForbiddenError, "no active contract"),
        ("429", RateLimitError, "ask less often"),
        ("500", ServerError, "try again later"),
        ("503", ServiceUnavailableError, "try again later"),
    ],
)
def test_every_refusal_says_what_to_do(
    ask: Ask,
    resident: str,
    faults: FaultControl,
    fault: str,
    kind: type[EnecoAPIError],
    told: str,
) -> None:
    faults.set(f"usages: {fault}")
    with pytest.raises(kind, match=f"Eneco answered {fault} .*{told}") as caught:
        ask("get_usages", resident)
    assert caught.value.status == int(fault)
    assert is_transient(caught.value) is (fault in {"429", "500", "503"})
    assert resident not in str(caught.value)


def test_a_call_is_repeated_when_it_was_not_taken(
    resident: str, faults: FaultControl, raw: RawEneco
) -> None:
    faults.set("usages: 429=1x; /eneco-acc/*/setconsent: 503=1x")
    with EnecoClient(environment="acceptance", retry=RetryPolicy(base=0.0)) as client:
        assert client.get_usages(resident).usage_channels
        assert client.set_consent(resident, raw.client_id, True).is_consent
    assert set(faults.injected().values()) == {1}


def test_a_consent_is_never_sent_twice_but_a_question_is(
    resident: str, faults: FaultControl, raw: RawEneco
) -> None:
    faults.set("/eneco-acc/*/setconsent: reset; usages: reset=1x")
    with EnecoClient(environment="acceptance", retry=RetryPolicy(base=0.0)) as client:
        with pytest.raises(NoReplyError) as caught:
            client.set_consent(resident, raw.client_id, True)
        assert client.get_usages(resident).usage_channels
    assert resident not in str(caught.value)
    assert faults.injected() == {"/eneco-acc/*/setconsent:reset": 1, "usages:reset=1x": 1}


def test_a_token_that_is_refused_is_renewed_once(
    ask: Ask, resident: str, faults: FaultControl
) -> None:
    ask("get_usages", resident)  # so that a token is there
    faults.set("fiam-token: ok=9x; usages: 401=1x")
    assert ask("get_usages", resident).usage_channels
    seen = [line["seen"] for line in faults.told()["plan"]]
    assert seen == [1, 2]


def test_one_token_serves_for_eneco_and_fiam(
    asking: Asking, resident: str, faults: FaultControl
) -> None:
    faults.set("fiam-token: ok=9x")
    ask = asking()
    for _ in range(2):
        ask("get_usages", resident)
        ask("list_contracts")
        ask("get_metadata", resident)
    assert faults.seen() == 1


@pytest.mark.parametrize("address", ["ENECO_ACCEPTANCE_BASE_URL", "FIAM_ACCEPTANCE_BASE_URL"])
def test_nobody_there_is_told_without_the_data_owner(
    asking: Asking, resident: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(address, "http://127.0.0.1:9")
    with pytest.raises(NoReplyError, match="no connection") as caught:
        asking()("get_usages", resident)
    chain: list[BaseException | None] = [caught.value]
    while chain[-1] is not None:
        chain.append(chain[-1].__cause__)
    assert not any(resident in repr(each) + str(each) for each in chain)
    assert re.search(r"ean:[0-9a-f]{10}|oauth/token", str(caught.value))


def test_what_is_not_a_data_owner_is_refused_unseen(ask: Ask) -> None:
    for given, told in ((541448820000000000, "must be text"), ("5414 nothing", "must be a UUID")):
        with pytest.raises(InputError, match=f"^data_owner_id: {told}") as caught:
            ask("get_usages", given)
        assert "5414" not in str(caught.value)


def test_credentials_may_be_given(asking: Asking, resident: str) -> None:
    credentials = EnecoCredentials.from_env(Environment.ACCEPTANCE)
    assert asking(credentials=credentials)("get_usages", resident).usage_channels


def test_async_calls_overlap_on_one_token(resident: str, faults: FaultControl) -> None:
    faults.set("fiam-token: ok=9x")

    async def several() -> list[Any]:
        async with AsyncEnecoClient(environment="acceptance", clock=lambda: NOW) as client:
            asked = [client.get_usages(resident, NOW - n * DAY) for n in range(2, 8)]
            return list(await asyncio.gather(*asked))

    replies = asyncio.run(several())
    assert [datetime.fromisoformat(each.end_date) for each in replies] == [
        NOW - n * DAY for n in range(2, 8)
    ]
    assert faults.seen() == 1


def test_replies_are_only_values(resident: str) -> None:
    assert resident not in repr(Call(method="GET", url=f"http://x/{resident}", shown_as="http://x"))
    assert "secret" not in repr(Reply(status=200, body=b"secret"))
