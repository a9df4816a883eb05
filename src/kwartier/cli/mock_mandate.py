"""``kwartier mock-mandate``: a made-up mandate, in the sandbox only."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.options import PROVIDER, ProviderOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.provider import choose_environment, connect, credentials_for
from kwartier.cli.registry import reference_of
from kwartier.cli.services import SERVICES, Service
from kwartier.errors import InputError
from kwartier.fluvius import Environment, MandateStatus
from kwartier.store import open_store


def mock_mandate(
    customer_id: str,
    ean: str,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from", help="first day of the mandate's period")],
    to: Annotated[
        str | None, Parameter(help="the day after its last; without it open-ended")
    ] = None,
    service: Annotated[
        tuple[Service, ...], Parameter(help="day values, quarters (gas: hours), or both")
    ] = ("day", "quarter"),
    status: MandateStatus = MandateStatus.APPROVED,
    options: ProviderOptions = PROVIDER,
) -> int:
    """Make up a mandate in the sandbox, under a customer's reference number.

    The digits of a sandbox EAN say what it stands for: 54144, then 0 electricity or 1 gas,
    0 offtake or 1 with injection, 0 day or 1 quarter-hour, 0000000, and three digits of choice.

    Example: kwartier mock-mandate c-1001 541440110000000001 --from 2026-01-01 --sandbox

    Parameters
    ----------
    customer_id:
        your own id of the customer, as in `kwartier customers list`
    ean:
        a sandbox EAN
    status:
        what the mandate's life has come to
    """
    chosen = choose_environment(options)
    if chosen is not Environment.SANDBOX:
        raise InputError("environment", "mandates can be made up in the sandbox only", "--sandbox")
    with open_store(options.store) as store:
        _, reference_number = reference_of(store, customer_id)
    with connect(chosen, credentials_for(chosen)) as client:
        for one in service:
            client.create_mock_mandate(
                reference_number=reference_number,
                ean=ean,
                data_service_type=SERVICES[one],
                data_period_from=from_,
                data_period_to=to,
                status=status,
            )
    if options.json:
        print_json({"reference_number": reference_number, "ean": ean, "services": service})
    else:
        console().print(
            f"{status.value}: {', '.join(service)} values of {ean} under {reference_number}. "
            "Next: `kwartier sync`.",
            highlight=False,
        )
    return 0
