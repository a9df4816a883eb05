"""``POST /api/mandate/mock``, and the life that mock mandates lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kwartier.transport import Reply
from kwartier.verify import seen
from kwartier.verify.case import CLIENTS, DECK, documented, reading
from kwartier.verify.lab import Lab, iso
from kwartier.verify.own import Block
from kwartier.wire.fluvius_v3 import MandateStatus

SIX: Final = (
    Block.DAY,
    Block.QUARTER,
    Block.SOLAR_DAY,
    Block.SOLAR_QUARTER,
    Block.GAS_DAY,
    Block.GAS_HOUR,
)
_NO: Final = seen.refused(400)


def _made(service: str = "VH_dag", **more: Any) -> Callable[[Lab], str]:
    """What becomes of a mock mandate that is asked for with ``more``; None leaves out."""
    return lambda lab: seen.outcome(
        lab.mock(lab.own.reference(), lab.own.common_ean(Block.DAY), service, **more)
    )


def _status(lab: Lab) -> str:
    made = lab.mock(lab.own.reference(), lab.own.common_ean(Block.DAY), "VH_dag")
    return str(seen.member(seen.content(made), "data", "status"))


def _for_ean(change: Callable[[str], str], block: Block = Block.DAY) -> Callable[[Lab], str]:
    return lambda lab: seen.outcome(
        lab.mock(lab.own.reference(), change(lab.own.common_ean(block)), "VH_dag")
    )


def _shows(name: str, **more: Any) -> Callable[[Lab], str]:
    """What a mandate made with ``more`` shows in its member ``name``."""

    def probe(lab: Lab) -> str:
        point = lab.mandate(Block.DAY, "VH_dag", **more)
        return str(seen.only(lab.mandates(point.reference)).get(name, "left out"))

    return probe


def _expiring(days: int, **more: Any) -> Callable[[Lab], str]:
    """Renewal status and status of a mandate that expires in so many days."""

    def probe(lab: Lab) -> str:
        expiry = iso(lab.midnight(-days))
        point = lab.mandate(Block.DAY, "VH_dag", mandateExpirationDate=expiry, **more)
        found = seen.only(lab.mandates(point.reference))
        return f"{found.get('status')}, {found.get('renewalStatus', 'no renewalStatus')}"

    return probe


def _blocks(lab: Lab) -> str:
    odd = [
        block.label
        for block in SIX
        if not lab.mock(lab.own.reference(), lab.own.common_ean(block), "VH_dag").is_success
    ]
    return f"not {'; '.join(odd)}" if odd else "all six"


def _backwards(lab: Lab) -> str:
    return _made(dataPeriodTo=iso(lab.midnight(600)))(lab)


def _again(lab: Lab) -> str:
    """What is listed after the same reference, EAN and service was posted twice."""
    point = lab.mandate(Block.DAY, "VH_dag", status="Requested")
    lab.add(point, "VH_dag", status="Rejected")
    found = seen.mandates(lab.mandates(point.reference))
    return ", ".join(str(one.get("status")) for one in found)


def _word_case(lab: Lab) -> str:
    made = lab.mandate(Block.DAY, "vh_DAG", status="approved", renewalStatus="toBeRenewed")
    found = seen.only(lab.mandates(made.reference))
    names = ("dataServiceType", "status", "renewalStatus")
    return ", ".join(str(found.get(name)) for name in names)


def _expiry(lab: Lab) -> str:
    """For how long a mandate is good that was made without an expiry."""
    point = lab.mandate(Block.DAY, "VH_dag")
    found = seen.only(lab.mandates(point.reference)).get("mandateExpirationDate")
    if found is None:
        return "no expiry"
    years = int(str(found)[:4]) - lab.now.year
    return seen.counted(years, "year")


def _energy(from_days: int, to_days: int) -> Callable[[Lab], str]:
    """What an expired mandate (expiry 30 days ago) opens of a window."""

    def probe(lab: Lab) -> str:
        point = lab.point(Block.DAY, "VH_dag", mandateExpirationDate=iso(lab.midnight(30)))
        reply: Reply = lab.energy(point, lab.midnight(from_days), lab.midnight(to_days))
        return seen.arrays(reply)

    return probe


CASES: Final = (
    documented("mock", "a mock mandate is made, and the reply says so", "success", _status),
    documented(
        "mock-without-reference",
        "a mock mandate needs a referenceNumber",
        _NO,
        _made(referenceNumber=None),
    ),
    documented("mock-without-ean", "a mock mandate needs an ean", _NO, _made(ean=None)),
    documented(
        "mock-without-service",
        "a mock mandate needs a dataServiceType",
        _NO,
        _made(dataServiceType=None),
    ),
    documented(
        "mock-without-period",
        "a mock mandate of consumption needs a dataPeriodFrom",
        _NO,
        _made(dataPeriodFrom=None),
    ),
    documented(
        "ig-without-period",
        "a mock mandate IG (installation data) has no period",
        seen.ACCEPTED,
        _made("IG", dataPeriodFrom=None),
    ),
    reading("ig-with-period", "a mock mandate IG with a period is refused", _NO, _made("IG")),
    reading(
        "mock-without-status",
        "a mock mandate made without a status is Requested",
        "Requested",
        _shows("status", status=None),
    ),
    reading(
        "mock-period-backwards",
        "a mock mandate's period may not end before it begins",
        _NO,
        _backwards,
    ),
    documented(
        "mock-six-blocks",
        "which of the six documented blocks of EANs may have mock mandates",
        "all six",
        _blocks,
        source=DECK,
    ),
    documented(
        "mock-short-ean",
        "a mock mandate's EAN may not have 17 digits",
        _NO,
        _for_ean(lambda own: own[:17]),
        source=DECK,
    ),
    documented(
        "mock-gas-with-injection",
        "gas with injection is no mock mandate's EAN",
        _NO,
        _for_ean(lambda own: own[:6] + "1" + own[7:], Block.GAS_DAY),
        source=DECK,
    ),
    documented(
        "mock-ean-outside-blocks",
        "an EAN outside the sandbox's blocks may not have mock mandates",
        _NO,
        _for_ean(lambda own: "54149" + own[5:]),
        source=DECK,
    ),
    reading(
        "mock-service-unlike-ean",
        "VH_kwartier_uur may be mocked on an EAN of a day block",
        seen.ACCEPTED,
        _made("VH_kwartier_uur"),
    ),
    documented(
        "mock-again",
        "a second mock mandate of a reference, EAN and service takes the first one's place",
        "Rejected",
        _again,
    ),
    documented(
        "mock-words-any-case",
        "words in a mock mandate are read in any casing, and shown in their own",
        "VH_dag, Approved, ToBeRenewed",
        _word_case,
        source=CLIENTS,
    ),
    reading(
        "mock-vh-kwartier",
        "VH_kwartier is a slip of the pen, and refused",
        _NO,
        _made("VH_kwartier"),
    ),
    *(
        documented(
            f"mock-{status.value.lower()}",
            f"a mandate may be made {status.value}",
            status.value,
            _shows("status", status=status.value),
            source=DECK,
        )
        for status in MandateStatus
    ),
    reading(
        "mock-expires-in-three-years",
        "a mock mandate approved without an expiry is good for three years",
        "3 years",
        _expiry,
    ),
    documented(
        "renewal-not-yet",
        "a mandate that expires in four months shows no renewalStatus",
        "Approved, no renewalStatus",
        _expiring(122),
        source=DECK,
    ),
    reading(
        "renewal-derived-from-expiry",
        "a mock mandate that expires in two months is to be renewed without having been told so",
        "Approved, ToBeRenewed",
        _expiring(60),
    ),
    documented(
        "renewal-supplied",
        "a mock mandate shows the renewalStatus that it was made with",
        "Approved, RenewalRequested",
        _expiring(60, renewalStatus="RenewalRequested"),
        source=CLIENTS,
    ),
    reading(
        "expired-stays-approved",
        "an expired mandate stays Approved, with renewalStatus Expired",
        "Approved, Expired",
        _expiring(-30),
    ),
    reading(
        "expired-keeps-old-data",
        "an expired mandate keeps open what was measured before its expiry",
        "dailyEnergy",
        _energy(42, 35),
    ),
    reading(
        "expired-opens-no-new-data",
        "an expired mandate opens nothing measured after its expiry",
        seen.NOTHING,
        _energy(28, 21),
    ),
)
