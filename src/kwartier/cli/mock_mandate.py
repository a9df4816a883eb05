"""``kwartier mock-mandate``: a made-up mandate, in the sandbox only."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.options import PROVIDER, ProviderOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.provider import choose_environment, connect, credentials_for
from kwartier.cli.registry import reference_of
from kwartier.cli.services import BOTH, SERVICES, Services
from kwartier.cli.wording import as_typed, next_command
from kwartier.errors import InputError
from kwartier.fluvius import Environment, MandateStatus
from kwartier.store import open_store
from kwartier.vocabulary.ean import check_ean
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.provider import FLUVIUS


def mock_mandate(
    customer_id: str,
    ean: str,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from", help="first day of the mandate's period")],
    to: Annotated[
        str | None, Parameter(help="the day after its last; without it open-ended")
    ] = None,
    service: Services = BOTH,
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
        raise InputError("--sandbox", "must be given: only the sandbox has made-up mandates")
    check_ean(ean, "EAN")
    start = parse_instant(from_, "--from")
    end = parse_instant(to, "--to") if to is not None else None
    typed = {
        "data_period_from": ("--from", from_),
        "data_period_to": ("--to", to),
    }
    with open_store(options.store) as store:
        _, reference_number = reference_of(store, customer_id, provider=FLUVIUS)
    with as_typed(typed), connect(chosen, credentials_for(chosen)) as client:
        for one in service:
            client.create_mock_mandate(
                reference_number=reference_number,
                ean=ean,
                data_service_type=SERVICES[one],
                data_period_from=start,
                data_period_to=end,
                status=status,
            )
    if options.json:
        print_json({"reference_number": reference_number, "ean": ean, "services": service})
    else:
        console().print(
            f"{status.value}: {' and '.join(service)} values of {ean} under {reference_number}.\n"
            f"Next: `{next_command('sync', options)}`",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    return 0
