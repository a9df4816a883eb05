"""Rules of the sandbox that need time to pass, or two mandates to meet, over raw HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.emulators import FROZEN_AT, FreshEmulator
from support.esco import Answer, Esco, only_meter

ESTIMATED = "541440110000000044"
"""Of its quarters on 2026-11-13 some are estimated, until four days after the usual instant."""
DAYS, GAS = "541440100000000051", "541441010000000052"


def starts(answer: Answer, array: str) -> list[str]:
    return [each["start"] for each in only_meter(answer).get(array, [])]


def not_found(answer: Answer) -> bool:
    return answer.status == 404 and answer.json["Code"] == "Mandates.NotFound"


def test_an_estimate_gives_way_to_the_reading_and_moves_its_insert_time(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    esco.mock("RULES-EST", ESTIMATED)
    day = ("2026-11-12T23:00:00Z", "2026-11-13T23:00:00Z")

    def states() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for each in only_meter(esco.energy(ESTIMATED, *day))["quarterHourlyEnergy"]:
            for registers in each["measurements"][0].values():
                found.setdefault(registers["total"]["validationState"], set()).add(each["start"])
        return found

    before = states()
    assert set(before) == {"READ", "EST"}
    emulator.world.clock.set(FROZEN_AT + timedelta(days=4))
    assert set(states()) == {"READ"}
    stored = esco.energy(
        ESTIMATED, "2026-11-20T12:00:00Z", "2026-11-24T12:00:00Z", periodType="insertTime"
    )
    moved = set(starts(stored, "quarterHourlyEnergy"))
    assert before["EST"] <= moved
    assert not before["READ"] & moved


def test_a_gas_factor_becomes_definitive_without_a_new_insert_time(
    fresh_emulator: FreshEmulator,
) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    esco.mock("RULES-GAS", GAS)
    window = ("2026-11-10T05:00:00Z", "2026-11-11T05:00:00Z")

    def factor_and_value() -> tuple[str, float]:
        (day,) = only_meter(esco.energy(GAS, *window, granularity="daily"))["dailyEnergy"]
        energy = day["measurements"][1]["offtake"]["total"]
        return energy["gasConversionFactor"], energy["value"]

    provisional, before = factor_and_value()
    emulator.world.clock.set(datetime(2026, 12, 20, 12, tzinfo=UTC))
    definitive, after = factor_and_value()
    assert (provisional, definitive) == ("P", "D")
    assert before != after
    stored = esco.energy(
        GAS, "2026-11-30T12:00:00Z", "2026-12-20T12:00:00Z", periodType="insertTime"
    )
    assert window[0] not in starts(stored, "dailyEnergy")


def test_nothing_is_shown_outside_the_mandates_period(esco: Esco) -> None:
    ean = "541440100000000053"
    esco.mock(
        "RULES-PERIOD",
        ean,
        "VH_dag",
        dataPeriodFrom="2026-10-04T22:00:00Z",
        dataPeriodTo="2026-10-08T12:00:00Z",
    )
    window = ("2026-09-30T22:00:00Z", "2026-11-10T23:00:00Z")
    inside = ["2026-10-04T22:00:00Z", "2026-10-05T22:00:00Z", "2026-10-06T22:00:00Z"]
    assert starts(esco.energy(ean, *window), "dailyEnergy") == inside
    stored = esco.energy(ean, *window, periodType="insertTime")
    assert set(starts(stored, "dailyEnergy")) <= set(inside)


def test_what_several_mandates_open_is_shown_together(esco: Esco) -> None:
    ean = "541440100000000054"
    esco.mock("RULES-ONE", ean, "VH_dag", dataPeriodTo="2026-10-04T22:00:00Z")
    esco.mock("RULES-TWO", ean, "VH_dag", dataPeriodFrom="2026-10-04T22:00:00Z")
    window = ("2026-10-02T22:00:00Z", "2026-10-06T22:00:00Z")
    assert len(starts(esco.energy(ean, *window), "dailyEnergy")) == 4
    of_one = esco.energy(ean, *window, referenceNumber="RULES-ONE")
    assert len(starts(of_one, "dailyEnergy")) == 2


def test_an_expired_mandate_shows_the_old_and_nothing_new(fresh_emulator: FreshEmulator) -> None:
    emulator = fresh_emulator()
    esco = Esco(emulator.env)
    esco.mock("RULES-OLD", DAYS, "VH_dag", mandateExpirationDate="2026-11-22T23:00:00Z")
    emulator.world.clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    window = ("2026-11-20T23:00:00Z", "2026-11-30T23:00:00Z")
    shown = starts(esco.energy(DAYS, *window), "dailyEnergy")
    assert shown == ["2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"]
    (mandate,) = esco.mandates(referenceNumber="RULES-OLD").json["data"]["mandates"]
    assert (mandate["status"], mandate["renewalStatus"]) == ("Approved", "Expired")


def test_installation_data_open_no_energy(esco: Esco) -> None:
    ean = "541440100000000055"
    body = {"referenceNumber": "RULES-IG", "ean": ean, "dataServiceType": "IG"}
    assert esco.post("/api/mandate/mock", {**body, "status": "Approved"}).status == 200
    assert not_found(esco.energy(ean, "2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z"))


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2026-11-20T11:59:59Z", None),
        ("2026-11-20T12:00:00Z", "ToBeRenewed"),
        ("2027-02-20T11:59:59Z", "ToBeRenewed"),
        ("2027-02-20T12:00:00Z", "Expired"),
        ("2028-02-20T12:00:00Z", "Expired"),
    ],
)
def test_the_renewal_status_turns_at_its_instant(
    fresh_emulator: FreshEmulator, now: str, shown: str | None
) -> None:
    esco = Esco(fresh_emulator(clock=datetime.fromisoformat(now)).env)
    esco.mock("RULES-RENEW", DAYS, mandateExpirationDate="2027-02-20T12:00:00Z")
    (mandate,) = esco.mandates().json["data"]["mandates"]
    assert mandate.get("renewalStatus") == shown


def test_a_supplied_renewal_status_stands_whatever_the_expiry(esco: Esco) -> None:
    esco.mock("RULES-ECHO", DAYS, renewalStatus="RenewalRequested",
              mandateExpirationDate="2029-01-01T00:00:00Z")  # fmt: skip
    (mandate,) = esco.mandates(referenceNumber="RULES-ECHO").json["data"]["mandates"]
    assert mandate["renewalStatus"] == "RenewalRequested"


@pytest.mark.parametrize(
    ("ean", "energy", "directions"),
    [
        ("541440000000000061", "E", {"offtake"}),
        ("541440010000000061", "E", {"offtake"}),
        ("541440100000000061", "E", {"offtake", "injection"}),
        ("541440110000000061", "E", {"offtake", "injection"}),
        ("541441000000000061", "G", {"offtake"}),
        ("541441010000000061", "G", {"offtake"}),
    ],
)
def test_the_six_blocks_of_eans(esco: Esco, ean: str, energy: str, directions: set[str]) -> None:
    esco.mock("RULES-SIX", ean)
    answer = esco.energy(ean, "2026-11-01T23:00:00Z", "2026-11-04T23:00:00Z")
    assert answer.json["data"]["headpoint"]["energyType"] == energy
    for name, array in only_meter(answer).items():
        if name.endswith("Energy"):
            assert {way for each in array for some in each["measurements"] for way in some} == (
                directions
            )


@pytest.mark.parametrize("separator", [",", ";", "|"])
def test_lists_take_any_of_three_separators(esco: Esco, separator: str) -> None:
    esco.mock(f"RULES-SEP-{ord(separator)}", DAYS, "VH_dag")
    words = separator.join(("daily", "hourly_quarterhourly"))
    window = ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")
    assert esco.energy(DAYS, *window, granularity=words).status == 200
    services = separator.join(("VH_dag", "VH_kwartier_uur"))
    assert esco.mandates(dataServiceTypes=services).status == 200
