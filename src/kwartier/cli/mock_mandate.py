"""``kwartier mock-mandate``: a made-up mandate, in the sandbox only."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.mock_consent import mock_consent
from kwartier.cli.options import ANY_PROVIDER, AnyProviderOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.provider import connect, credentials_for, means_sandbox
from kwartier.cli.registry import reference_of
from kwartier.cli.services import BOTH, SERVICES, Services
from kwartier.cli.sources import AskedEneco, asked
from kwartier.cli.wording import as_typed, next_command, of_fluvius_alone
from kwartier.errors import InputError
from kwartier.fluvius import MandateStatus
from kwartier.store import open_store
from kwartier.vocabulary.ean import check_ean
from kwartier.vocabulary.local_time import parse_instant
from kwartier.vocabulary.provider import FLUVIUS


def mock_mandate(
    customer_id: str,
    point: str,
    /,
    *,
    from_: Annotated[
        str | None, Parameter(name="--from", help="first day of the mandate's period; needed")
    ] = None,
    to: Annotated[
        str | None, Parameter(help="the day after its last; without it open-ended")
    ] = None,
    service: Services = None,
    status: MandateStatus = MandateStatus.APPROVED,
    options: AnyProviderOptions = ANY_PROVIDER,
) -> int:
    """Make up a mandate in the sandbox, under a customer's reference number.

    The digits of a sandbox EAN say what it stands for: 54144, then 0 electricity or 1 gas,
    0 offtake or 1 with injection, 0 day or 1 quarter-hour, 0000000, and three digits of choice.

    With --provider eneco a data owner of acceptance consents instead, or, with --status Finished,
    no longer does, and is noted as the customer's.

    Example: kwartier mock-mandate c-1001 541440110000000001 --from 2026-01-01 --sandbox

    Example: kwartier mock-mandate c-1001 DATA_OWNER --provider eneco --sandbox

    Parameters
    ----------
    customer_id:
        your own id of the customer, as in `kwartier customers list`
    point:
        a sandbox EAN; of Eneco the UUID of a data owner
    status:
        what the mandate's life has come to
    """
    is_sandbox = means_sandbox(options)
    if not is_sandbox:
        raise InputError("--sandbox", "must be given: only the sandbox has made-up mandates")
    chosen = asked(options.provider, is_sandbox=is_sandbox)
    if isinstance(chosen, AskedEneco):
        of_fluvius_alone({"--service": service, "--from": from_, "--to": to})
        return mock_consent(customer_id, point, chosen.environment, status=status, options=options)
    check_ean(point, "EAN")
    if from_ is None:
        raise InputError("--from", "must be given: it is the first day of the mandate's period")
    start = parse_instant(from_, "--from")
    end = parse_instant(to, "--to") if to is not None else None
    typed = {
        "data_period_from": ("--from", from_),
        "data_period_to": ("--to", to),
    }
    with open_store(options.store) as store:
        _, reference_number = reference_of(store, customer_id, provider=FLUVIUS)
    services = service or BOTH
    with (
        as_typed(typed),
        connect(chosen.environment, credentials_for(chosen.environment)) as client,
    ):
        for one in services:
            client.create_mock_mandate(
                reference_number=reference_number,
                ean=point,
                data_service_type=SERVICES[one],
                data_period_from=start,
                data_period_to=end,
                status=status,
            )
    if options.json:
        print_json({"reference_number": reference_number, "ean": point, "services": services})
    else:
        console().print(
            f"{status.value}: {' and '.join(services)} values of {point} "
            f"under {reference_number}.\n"
            f"Next: `{next_command('sync', options)}`",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    return 0
