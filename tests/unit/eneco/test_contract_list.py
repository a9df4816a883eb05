"""Contracts page by page, and when a list of them may be taken for all there are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwartier.eneco import ContractList, DecodeError, Environment, ServerError
from kwartier.eneco.calls import Operations
from kwartier.transport import BrokenReplyError, Exchange, Pace, Reply, RetryPolicy, Token
from kwartier.transport.protocol import Send

DATE = "Wed, 08 Jan 2025 09:15:00 GMT"
AT = datetime(2025, 1, 8, 9, 15, tzinfo=UTC)
OPERATIONS = Operations(
    base_url="http://eneco",
    fiam_url="http://fiam",
    api_key="k-1",
    environment=Environment.PRODUCTION,
    business_unit="nl",
    label="eneco",
    product_type="heat",
    clock=lambda: AT,
)


def contract(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"c-{number}",
        "service_provider": "eneco",
        "service_consumer": "us",
        "data_owner": f"owner-{number}",
        "start_date": "2025-01-01",
        "end_date": "2026-01-01",
        "resource_type": "usages",
        "resource": "heat",
        "resource_attribute": "*",
        "action": "GET",
        **changes,
    }


def page(number: int, records: list[Any], *, pages: int, total: int, **changes: Any) -> Reply:
    body = {
        "page": number,
        "size": 100,
        "page_count": pages,
        "total_count": total,
        "records": records,
        **changes,
    }
    return Reply(status=200, headers={"date": DATE}, body=msgspec.json.encode(body))


def listed(*replies: Reply) -> tuple[ContractList, list[str]]:
    """What comes of these replies, and the pages that were asked for."""
    exchange = Exchange(
        flow=Token("t", 1e9),
        policy=RetryPolicy(attempts=1),
        pace=Pace(1000),
        now=lambda: 0.0,
    )
    steps = OPERATIONS.list_contracts().steps(exchange)
    asked: list[str] = []
    action = next(steps)
    try:
        while True:
            assert isinstance(action, Send)
            assert action.call.url == "http://fiam/api/v1/service-consumers/contracts"
            assert action.call.headers["Authorization"] == "Bearer t"
            assert "apiKey" not in action.call.headers
            asked.append(str(action.call.query["page"]))
            action = steps.send(replies[len(asked) - 1])
    except StopIteration as end:
        return end.value, asked


def test_no_contracts_are_a_whole_list() -> None:
    found, asked = listed(page(1, [], pages=0, total=0))

    assert found == ContractList((), AT, (), is_complete=True)
    assert asked == ["1"]


@settings(deadline=None, max_examples=40)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_pages_that_add_up_are_a_whole_list(sizes: list[int]) -> None:
    numbers = iter(range(sum(sizes)))
    replies = [
        page(
            number,
            [contract(next(numbers)) for _ in range(size)],
            pages=len(sizes),
            total=sum(sizes),
        )
        for number, size in enumerate(sizes, 1)
    ]
    found, asked = listed(*replies)

    assert [each.id for each in found.contracts] == [f"c-{n}" for n in range(sum(sizes))]
    assert found.is_complete
    assert asked == [str(n) for n in range(1, len(sizes) + 1)]


ONE, TWO = contract(1), contract(2)


@pytest.mark.parametrize(
    "replies",
    [
        [page(1, [ONE], pages=1, total=2)],
        [page(1, [ONE, TWO], pages=1, total=1)],
        [page(1, [], pages=1, total=1)],
        [page(1, [ONE], pages=2, total=2), page(2, [], pages=2, total=2)],
        [page(1, [ONE], pages=2, total=2), page(1, [TWO], pages=2, total=2)],
        [page(1, [ONE], pages=2, total=2), page(2, [ONE], pages=2, total=2)],
        [page(1, [ONE], pages=2, total=1), page(2, [TWO], pages=2, total=2)],
        [page(0, [ONE], pages=1, total=1)],
        [page(1, [ONE], pages=2, total=2), page(2, [TWO], pages=3, total=2),
         page(3, [], pages=4, total=2)],
        [page(1, [{**ONE, "data_owner": None}], pages=1, total=1)],
        [page(1, [ONE, 5], pages=1, total=2)],
    ],
)  # fmt: skip
def test_pages_that_do_not_add_up_are_no_whole_list(replies: list[Reply]) -> None:
    found, asked = listed(*replies)

    assert not found.is_complete
    assert len(asked) == len(replies)


def test_a_damaged_contract_costs_no_other() -> None:
    found, _ = listed(page(1, [ONE, {**TWO, "id": 5}, contract(3)], pages=1, total=3))

    assert [each.id for each in found.contracts] == ["c-1", "c-3"]
    assert [each.path for each in found.undecoded] == ["$.records[1] of page 1"]


def test_members_that_were_added_later_do_no_harm() -> None:
    found, _ = listed(page(1, [contract(1, colour="green")], pages=1, total=1, more=True))

    assert found.is_complete


def test_a_failed_page_fails_the_list() -> None:
    with pytest.raises(ServerError):
        listed(page(1, [ONE], pages=2, total=2), Reply(status=500))
    with pytest.raises(BrokenReplyError):
        listed(Reply(status=200, headers={"date": DATE}, body=b'{"page": 1'))
    with pytest.raises(DecodeError):
        listed(Reply(status=200, headers={"date": DATE}, body=b'{"contracts": []}'))
