"""``kwartier mock-mandate --provider eneco``: a data owner's consent, in acceptance only."""

from __future__ import annotations

from kwartier.cli.options import AnyProviderOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.provider import eneco_credentials_for
from kwartier.cli.registry import customer_of
from kwartier.cli.wording import next_command
from kwartier.eneco import EnecoClient, Environment
from kwartier.eneco.consenting import our_party
from kwartier.errors import ConfigurationError, InputError
from kwartier.fluvius import MandateStatus
from kwartier.registry.customers import CustomerChange
from kwartier.registry.data_owners import check_data_owner
from kwartier.settings import configured_clock
from kwartier.store import open_store
from kwartier.vocabulary.provider import FLUVIUS

_IS_CONSENT = {MandateStatus.APPROVED: True, MandateStatus.FINISHED: False}


def mock_consent(
    customer_id: str,
    data_owner: str,
    chosen: Environment,
    *,
    status: MandateStatus,
    options: AnyProviderOptions,
) -> int:
    """Let a data owner consent to us, or no longer; note it as the customer's."""
    owner = check_data_owner(data_owner, "data owner")
    if status not in _IS_CONSENT:
        allowed = " or ".join(_IS_CONSENT)
        raise InputError("--status", f"must be {allowed}, of Eneco", f"got {status.value!r}")
    party, credentials = our_party(chosen), eneco_credentials_for(chosen)
    with open_store(options.store) as store:
        customer_of(store, customer_id)
        change = CustomerChange(customer_id=customer_id, data_owner=owner)
        store.change_customers([change], provider=FLUVIUS, now=configured_clock())
    with EnecoClient(credentials, chosen) as client:
        consumers = client.list_consumers(owner)
        if all(one.consumer_id != party for one in consumers):
            raise ConfigurationError(
                f"{chosen.fiam_prefix}_CLIENT_ID: {party!r} is none of the consumers that Eneco "
                f"knows ({', '.join(one.consumer_id for one in consumers)}); correct it"
            )
        client.set_consent(owner, party, _IS_CONSENT[status])
    if options.json:
        print_json({"customer_id": customer_id, "data_owner": owner, "status": status.value})
        return 0
    console().print(
        f"{status.value}: {party} and the data of {owner}, of {customer_id}.\n"
        f"Next: `{next_command('sync', options)}`",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    return 0
