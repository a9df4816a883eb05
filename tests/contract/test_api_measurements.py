"""Measurements over the REST API: every form reads back as the store has them, whose they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from kwartier.api.formats import ARROW, CSV, PARQUET, plain
from kwartier.measurements import MEASUREMENTS_SCHEMA
from kwartier.store import Selection
from support.api import AUTUMN, FORMER, HELD_BACK, LATER, MOVED, ON_HOLD, SPRING, Api, running_api
from support.measured import EAN, GAS_EAN, NOW
from support.store_oracle import key_of

OF_EAN = f"/metering-points/{EAN}/measurements"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with running_api(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="module")
def client(api: Api) -> Iterator[httpx.Client]:
    with api.client() as session:
        yield session


def get(client: httpx.Client, path: str, form: str | None = None, **query: Any) -> httpx.Response:
    headers = {"accept": form} if form else {}
    answer = client.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def pages(client: httpx.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = get(client, path, **query).json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        query["cursor"] = page["next"]


def of_store(api: Api, *points: str, **selection: Any) -> pa.Table:
    """What the store has, in the order of the API."""
    chosen = Selection(metering_points=points, **selection)
    table = pa.Table.from_batches(api.store.scan(chosen), MEASUREMENTS_SCHEMA)
    rows = sorted(table.cast(plain(MEASUREMENTS_SCHEMA)).to_pylist(), key=order)
    return pa.Table.from_pylist(rows, plain(MEASUREMENTS_SCHEMA))


def order(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["start"], row["metering_point"], *(str(part) for part in key_of(row))


def test_arrow_and_parquet_read_back_as_the_store_has_them(api: Api, client: httpx.Client) -> None:
    stored = of_store(api, EAN)
    arrow = get(client, OF_EAN, ARROW)
    assert arrow.headers["content-disposition"] == 'attachment; filename="measurements.arrows"'
    assert pa.ipc.open_stream(arrow.content).read_all().equals(stored)
    parquet = get(client, OF_EAN, PARQUET).content
    assert pq.read_table(io.BytesIO(parquet)).equals(stored)
    frame = pd.read_parquet(io.BytesIO(parquet))
    assert frame["metering_point"].unique().tolist() == [EAN]
    assert frame["value"].isna().sum() == stored["value"].null_count == 1
    lazy = pl.read_parquet(io.BytesIO(parquet))
    assert lazy["value"].sum() == pytest.approx(sum(filter(None, stored["value"].to_pylist())))
    assert lazy["start"].to_list() == stored["start"].to_pylist()


def test_csv_reads_back_as_the_store_has_it(api: Api, client: httpx.Client, tmp_path: Path) -> None:
    stored = of_store(api, EAN)
    answer = get(client, OF_EAN, CSV)
    assert answer.headers["content-encoding"] == "gzip"
    (tmp_path / "values.csv").write_bytes(answer.content)
    schema = plain(MEASUREMENTS_SCHEMA)
    options = pa.csv.ConvertOptions(
        column_types=schema, strings_can_be_null=True, quoted_strings_can_be_null=True
    )
    read = pa.csv.read_csv(tmp_path / "values.csv", convert_options=options)
    assert read.cast(stored.schema).equals(stored)
    with duckdb.connect() as connection:
        told = connection.execute(
            "SELECT count(*), count(value), sum(value) FROM read_csv($file, all_varchar = false)",
            {"file": str(tmp_path / "values.csv")},
        ).fetchone()
    values = stored["value"].to_pylist()
    assert told is not None
    assert told[:2] == (len(values), len(values) - 1)
    assert told[2] == pytest.approx(sum(filter(None, values)))


@pytest.mark.parametrize("limit", [1, 50, 10_000])
def test_json_comes_page_by_page_and_is_the_same(
    api: Api, client: httpx.Client, limit: int
) -> None:
    wanted = {"from": "2026-10-25", "to": "2026-10-25T01:00"} if limit == 1 else {}
    stored = of_store(api, EAN).to_pylist()
    if wanted:
        start = datetime(2026, 10, 24, 22, tzinfo=UTC)
        stored = [r for r in stored if start <= r["start"] < start + timedelta(hours=1)]
    rows = pages(client, OF_EAN, limit=limit, **wanted)
    assert [(row["start"], row["value"], row["metering_point"]) for row in rows] == [
        (f"{r['start']:%Y-%m-%dT%H:%M:%SZ}", r["value"], r["metering_point"]) for r in stored
    ]
    assert list(rows[0]) == MEASUREMENTS_SCHEMA.names


def test_a_cursor_stays_right_while_data_changes_and_is_of_its_query(
    client: httpx.Client,
) -> None:
    page = get(client, OF_EAN, limit=5).json()
    later = {"cursor": page["next"], "limit": 5}
    assert get(client, OF_EAN, **later).json()["items"][0]["start"] > page["items"][-1]["start"]
    for refused in (
        client.get(OF_EAN, params={**later, "direction": "offtake"}),
        client.get(OF_EAN, params={"cursor": "abc"}),
        client.get(OF_EAN, params=later, headers={"accept": CSV}),
    ):
        assert (refused.status_code, refused.json()["field"]) == (400, "cursor")


@pytest.mark.parametrize(("day", "quarters"), [(SPRING, 92), (AUTUMN, 100)])
def test_a_date_is_a_day_in_brussels(client: httpx.Client, day: Any, quarters: int) -> None:
    until = day + timedelta(days=1)
    rows = pages(client, OF_EAN, **{"from": str(day), "to": str(until)})
    assert len(rows) == quarters
    assert (
        rows[0]["start"] == f"{day - timedelta(days=1)}T{'23' if quarters == 92 else '22'}:00:00Z"
    )


def test_a_wall_time_that_exists_twice_or_never_is_refused(client: httpx.Client) -> None:
    for text in ("2026-10-25T02:30", "2026-03-29T02:30:00", "yesterday", "2026-13-01", ""):
        answer = client.get(OF_EAN, params={"from": text})
        assert (answer.status_code, answer.json()["field"]) == (400, "from"), text
    first, second = (
        pages(client, OF_EAN, **{"from": f"2026-10-25T02:30:00{zone}", "to": "2026-10-26"})
        for zone in ("+02:00", "+01:00")
    )
    assert len(first) == len(second) + 4
    backwards = client.get(OF_EAN, params={"from": "2026-10-26", "to": "2026-10-26"})
    assert (backwards.status_code, backwards.json()["field"]) == (400, "to")


def test_gas_days_begin_at_six(client: httpx.Client) -> None:
    path = f"/metering-points/{GAS_EAN}/measurements"
    days = pages(client, path, granularity="P1D", **{"from": "2026-10-25", "to": "2026-10-26"})
    assert [row["start"] for row in days] == ["2026-10-25T05:00:00Z"]
    whole = {"from": "2026-10-24T06:00", "to": "2026-10-25T06:00"}
    assert len(pages(client, path, granularity="PT1H", **whole)) == 25
    totals = get(client, f"/metering-points/{GAS_EAN}/totals", by="day").json()["items"]
    assert [(r["period"], r["value"]) for r in totals if r["value"] is not None] == [
        ("2026-10-24", 4.8),
        ("2026-10-25", 4.8),
        ("2026-10-26", 4.8),
    ]


def test_a_customer_is_told_of_its_own_time_alone(client: httpx.Client) -> None:
    former, later = (
        pages(client, f"/customers/{who}/measurements", metering_point=EAN)
        for who in (FORMER, LATER)
    )
    moved = f"{MOVED:%Y-%m-%dT%H:%M:%SZ}"
    assert len(former) == 192
    assert len(later) == 96
    assert max(row["end"] for row in former) == min(row["start"] for row in later) == moved
    assert {row["metering_type"] for row in (*former, *later)} == {None}
    of_gas = pages(client, f"/customers/{FORMER}/measurements", energy_type="gas")
    assert {row["metering_type"] for row in of_gas} == {"metering-on-meter"}
    assert pages(client, f"/customers/{LATER}/measurements", metering_point=GAS_EAN) == []


def test_what_is_on_hold_is_told_to_nobody(api: Api, client: httpx.Client) -> None:
    assert of_store(api, ON_HOLD).num_rows == 100
    for path in (f"/metering-points/{ON_HOLD}", "/customers/CRM%2F3"):
        for what in ("measurements", "revisions", "coverage", "peaks", "totals"):
            assert pages(client, f"{path}/{what}") == [], (path, what)
    assert get(client, "/customers/CRM%2F3").json()["customer_id"] == HELD_BACK


def test_values_as_they_were_known_and_what_changed(client: httpx.Client) -> None:
    begin = {"from": "2026-10-25", "to": "2026-10-25T00:45"}
    now, before = (
        [row["value"] for row in pages(client, OF_EAN, **begin, **as_of)]
        for as_of in ({}, {"as_of": f"{NOW - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"})
    )
    assert (now, before) == ([9.0, None, 7.0], [0.0, 0.25, 0.5])
    revisions = pages(client, f"/customers/{FORMER}/revisions", limit=2)
    assert [(r["value"], r["new_value"], r["change"]) for r in revisions] == [
        (0.0, 9.0, "revised"),
        (0.25, None, "revised"),
        (0.5, 7.0, "revised"),
    ]
    assert pages(client, f"/customers/{LATER}/revisions") == []
    later = f"{NOW + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    assert pages(client, f"/customers/{FORMER}/revisions", since=later) == []


def test_figures_are_of_the_customers_values_alone(client: httpx.Client) -> None:
    peaks = {
        who: {row["month"]: row["kw"] for row in pages(client, f"/customers/{who}/peaks")}
        for who in (FORMER, LATER)
    }
    assert peaks[FORMER]["2026-10"] == 99.0
    assert peaks[LATER]["2026-10"] == 95.0
    coverage = pages(client, f"/customers/{FORMER}/coverage", limit=1, **{"from": "2026-10-01"})
    by_month = {(row["metering_point"], row["granularity"], row["month"]): row for row in coverage}
    assert by_month[EAN, "PT15M", "2026-10"]["present"] == 99
    assert (EAN, "PT15M", "2026-11") not in by_month
    assert by_month[GAS_EAN, "P1D", "2026-10"]["states"] == {"READ": 3}
    table = pq.read_table(io.BytesIO(get(client, f"/customers/{FORMER}/coverage", PARQUET).content))
    assert table.num_rows >= len(coverage)
    totals = pages(client, f"/customers/{FORMER}/totals", by="day", **{"from": "2026-10-25"})
    assert {r["period"] for r in totals if r["metering_point"] == EAN} == {"2026-10-25"}
    header = get(client, f"/customers/{FORMER}/coverage", CSV).text.partition("\r\n")[0]
    assert header.startswith("metering_point,energy_type,granularity,month,expected")


def test_the_usual_form_is_json_and_what_cannot_be_had_is_refused(client: httpx.Client) -> None:
    for accept, kind in (
        ("*/*", "application/json"),
        ("text/*, application/json;q=0.9", "text/csv; header=present; charset=utf-8"),
        (f"application/json;q=0.5, {PARQUET}", PARQUET),
        (f"application/*;q=0.1, {ARROW};q=0.2", ARROW),
    ):
        assert get(client, OF_EAN, accept, to="2026-04-01").headers["content-type"] == kind
    for accept in ("application/xml", "application/json;q=0, text/html"):
        answer = client.get(OF_EAN, headers={"accept": accept})
        assert answer.status_code == 406
        assert PARQUET in answer.json()["detail"]


def test_what_did_not_change_is_not_read_again(api: Api, client: httpx.Client) -> None:
    for form in (ARROW, CSV, "application/json"):
        first = get(client, OF_EAN, form)
        etag = first.headers["etag"]
        assert not etag.startswith("W/")
        again = client.get(OF_EAN, headers={"accept": form, "if-none-match": f'"x", {etag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"].strip('"') == etag.strip('"').removesuffix("-gzip")
        other = client.get(f"{OF_EAN}?direction=offtake", headers={"accept": form})
        assert other.headers["etag"] != etag
    api.store.note_publication(api.path.parent / "elsewhere")
    changed = client.get(OF_EAN, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag
    assert datetime.strptime(changed.headers["last-modified"], "%a, %d %b %Y %H:%M:%S GMT").replace(
        tzinfo=UTC
    ) <= datetime.now(UTC)


def test_head_tells_the_headers_alone(client: httpx.Client) -> None:
    for form in (ARROW, "application/json"):
        answer = client.head(OF_EAN, headers={"accept": form})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["etag"] == get(client, OF_EAN, form).headers["etag"]


def test_nothing_is_left_of_a_file_that_was_sent(api: Api, client: httpx.Client) -> None:
    before = sorted(path.name for path in api.path.parent.iterdir())
    get(client, OF_EAN, PARQUET)
    assert sorted(path.name for path in api.path.parent.iterdir()) == before
