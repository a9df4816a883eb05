"""``kwartier link --provider eneco``: what a customer of Eneco has to do to consent."""

from __future__ import annotations

from collections.abc import Sequence

from kwartier.cli.consenting import ConsentOptions, check_consent, note_consents
from kwartier.cli.options import AnyProviderOptions, StoreOptions
from kwartier.cli.output import console, print_json
from kwartier.cli.registry import customer_of
from kwartier.cli.wording import as_typed, next_command
from kwartier.eneco import Endpoints, Environment
from kwartier.eneco.consenting import our_party
from kwartier.eneco.credentials import look_up
from kwartier.errors import InputError
from kwartier.registry import Customer
from kwartier.settings import configured_clock
from kwartier.settings import environment as variables
from kwartier.store import open_store


def link_eneco(
    customer_id: str,
    chosen: Environment,
    *,
    return_url: str | None,
    consent: ConsentOptions,
    options: AnyProviderOptions,
) -> int:
    """Print where the customer consents, if that is known, and what comes after."""
    party = our_party(chosen)
    with as_typed({"return_url": ("--return-url-success", return_url)}):
        url = Endpoints.of(chosen).consent_url(party, return_url)
    if url is None and return_url is not None:
        raise InputError(
            "--return-url-success",
            "goes with the address of the page where customers consent, which is not known",
            f"set {chosen.fiam_prefix}_PORTAL_URL, or leave it out",
        )
    with open_store(options.store) as store:
        customer = customer_of(store, customer_id)
        owners = [one.data_owner for one in store.data_owners() if one.customer_id == customer_id]
        if check_consent(store, consent) and not owners:
            raise InputError(
                "--purpose",
                f"is noted of a data owner, and {customer_id!r} has none yet",
                "give it to `kwartier customers add` with --data-owner",
            )
        note_consents(store, owners, consent, now=configured_clock(), gives_again=True)
    has_contracts = look_up("consumer_token", chosen, variables())[1] is None
    following = _following(customer_id, options, has_contracts=has_contracts)
    if options.json:
        print_json(
            {
                "customer_id": customer_id,
                "environment": chosen.value,
                "party": party,
                "url": url,
                "data_owners": owners,
                "next": [command for _, command in following],
            }
        )
    else:
        _tell(customer, party, url, owners, following)
    return 0


def _following(
    customer_id: str, options: AnyProviderOptions, *, has_contracts: bool
) -> list[tuple[str, str]]:
    """What to type once the customer has agreed, each with what it is for."""
    add = f"customers add {customer_id} --data-owner UUID"
    here = StoreOptions(store=options.store)
    first = [("Contracts and their data owners", next_command("mandates", options))]
    if not has_contracts:
        first, add = [], f"{add} --since DAY"
    return [
        *first,
        ("Whose data owner it is", next_command(add, here)),
        ("Their data", next_command("sync", options)),
    ]


def _tell(
    customer: Customer,
    party: str,
    url: str | None,
    owners: Sequence[str],
    following: Sequence[tuple[str, str]],
) -> None:
    name = customer.label or customer.customer_id
    if url is not None:
        said = [url, f"for {name}, who signs in there and agrees that {party} may see the data."]
    else:
        said = [
            f"{name} signs in at Eneco, or at KPN FIAM, and agrees that {party} may see the data.",
            "No public address of that page is known; FIAM_PORTAL_URL, or of acceptance "
            "FIAM_ACCEPTANCE_PORTAL_URL, tells one.",
        ]
    if owners:
        said.append(f"Known as Eneco's data owner {', '.join(owners)}.")
    said += ["Afterwards:", *(f"  {what}: `{command}`" for what, command in following)]
    console().print("\n".join(said), highlight=False, markup=False, soft_wrap=True)
