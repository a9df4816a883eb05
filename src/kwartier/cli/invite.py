"""``kwartier invite``: permanent links over which customers begin to share their data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from kwartier.cli.configured import PRINTED, PrintedOptions, Running, prepare
from kwartier.cli.connecting import address_of_links
from kwartier.cli.invite_file import invite_rows, read_invitations, write_invitations
from kwartier.cli.inviting import (
    TERMS,
    TermsOptions,
    file_names,
    terms_as_json,
    write_qr_codes,
)
from kwartier.cli.output import console, plain, print_json
from kwartier.cli.registry import customer_of
from kwartier.cli.targets import check_folder_target
from kwartier.cli.wording import as_typed, counted
from kwartier.errors import InputError
from kwartier.office import open_office
from kwartier.office.invitations import Invitation, withdraw
from kwartier.registry.customer_file import CustomerRow
from kwartier.registry.customers import CustomerChange
from kwartier.settings import configured_clock
from kwartier.store import open_store


def invite(
    customer_id: str | None = None,
    /,
    *,
    label: str | None = None,
    flow: str | None = None,
    enterprise_number: str | None = None,
    language: str | None = None,
    terms: TermsOptions = TERMS,
    qr: Annotated[Path | None, Parameter(help="write QR codes, PNG and SVG, into a folder")] = None,
    csv: Annotated[Path | None, Parameter(help="invite all customers in a CSV file")] = None,
    out: Annotated[Path | None, Parameter(help="the folder for what --csv makes")] = None,
    no_longer: Annotated[
        bool,
        Parameter(
            name="--withdraw", negative="", help="let the customer's links work no longer, instead"
        ),
    ] = False,
    options: PrintedOptions = PRINTED,
) -> None:
    """Print a customer's permanent link to the page where it begins to share, and later renews.

    Asked again, it is the same link, unless other terms are given or it was withdrawn. A customer
    that is not known is added; of one that is, what is given changes.

    --csv invites thousands: the columns of `kwartier customers import` and service, from, to,
    max_eans, expect, sso. --out then has invitations.csv, with a link and QR codes on each line,
    ready for a mail merge. One bad line, and nobody is invited.

    Example: kwartier invite c-1001 --expect 2 --qr codes

    Example: kwartier invite --csv customers.csv --out letters

    Example: kwartier invite c-1001 --withdraw

    Parameters
    ----------
    customer_id:
        your own id of the customer, such as the one in your CRM
    label:
        a name to show, on the page too
    flow:
        B2C for a person (unless told otherwise), B2B for an organisation
    enterprise_number:
        of an organisation, such as 0123.456.789
    language:
        nl (unless told otherwise), en, fr or de
    """
    if (customer_id is None) == (csv is None):
        raise InputError("CUSTOMER", "name one, or give --csv FILE", "one of the two")
    if (csv is None) != (out is None):
        raise InputError("--out", "goes with --csv", "the folder for the links and QR codes")
    if csv is not None and (
        no_longer or qr is not None or any((label, flow, enterprise_number, language))
    ):
        raise InputError("--csv", "goes with the terms alone", "its columns say the rest")
    check_folder_target(qr or out, "--out" if csv else "--qr")
    running = prepare(options)
    if customer_id is None:
        _invite_file(running, csv, out, terms, options)
    elif no_longer:
        _withdraw(running, customer_id, options)
    else:
        change = CustomerChange(
            customer_id=customer_id,
            label=label,
            flow=flow,
            enterprise_number=enterprise_number,
            language=language,
        )
        _invite_one(running, change, terms, qr, options)


def _provider(running: Running, options: PrintedOptions) -> str:
    names = running.named([options.provider] if options.provider else None)
    if len(names) > 1:
        raise InputError("--provider", "say which one is meant", ", ".join(names))
    return names[0]


def _invite_one(
    running: Running,
    change: CustomerChange,
    given: TermsOptions,
    qr: Path | None,
    options: PrintedOptions,
) -> None:
    at, provider = configured_clock(), _provider(running, options)
    typed = {
        **given.typed(),
        "customer_id": ("CUSTOMER", change.customer_id),
        "flow": ("--flow", change.flow),
        "enterprise_number": ("--enterprise-number", change.enterprise_number),
        "language": ("--language", change.language),
    }
    with as_typed(typed):
        terms = given.terms()
        terms.check(provider, at)
        with open_store(running.store, create=True) as store:
            [invited] = invite_rows(
                store,
                open_office(running.store),
                [CustomerRow(said={}, change=change, more=terms)],
                provider=provider,
                at=at,
            )
    invitation = invited.invitation
    link = _link(running, invitation)
    files = []
    if qr is not None:
        [name] = file_names([change.customer_id])
        list(write_qr_codes(qr, [(name, link)]))
        files = [str(qr / f"{name}{ending}") for ending in (".png", ".svg")]
    if options.json:
        told = {"customer_id": change.customer_id, "provider": provider, "link": link}
        more = {"new": invited.is_new, "invited_at": invitation.invited_at, "qr_codes": files}
        print_json({**told, **more, "terms": terms_as_json(invitation.terms)})
        return
    screen = console()
    screen.print(link, soft_wrap=True, highlight=False, markup=False)
    since = "New" if invited.is_new else f"The same since {plain(invitation.invited_at)}"
    wrote = f" QR codes: {', '.join(files)}." if files else ""
    screen.print(
        f"{since}; it works until `kwartier invite {change.customer_id} --withdraw`.{wrote}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _invite_file(
    running: Running,
    csv: Path | None,
    out: Path | None,
    given: TermsOptions,
    options: PrintedOptions,
) -> None:
    if csv is None or out is None:
        raise AssertionError("the caller has seen that both are given")
    at, provider = configured_clock(), _provider(running, options)
    with as_typed(given.typed()):
        usual = given.terms()
        usual.check(provider, at)
    rows = read_invitations(csv, usual, provider=provider, at=at)
    with open_store(running.store, create=True) as store:
        invited = invite_rows(
            store,
            open_office(running.store),
            rows,
            provider=provider,
            at=at,
        )
    links = [_link(running, one.invitation) for one in invited]
    path = write_invitations(out, rows, links, quiet=options.json)
    new = sum(one.is_new for one in invited)
    if options.json:
        print_json({"customers": len(rows), "new": new, "file": str(path)})
        return
    console().print(
        f"{counted(len(rows), 'customer')} invited, {new} with a new link: {path}. Who holds a "
        "link can use it: send each to its customer alone.",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


def _withdraw(running: Running, customer_id: str, options: PrintedOptions) -> None:
    with open_store(running.store) as store:
        customer_of(store, customer_id)
    gone = withdraw(
        open_office(running.store), customer_id, at=configured_clock(), provider=options.provider
    )
    if options.json:
        print_json({"customer_id": customer_id, "withdrawn": len(gone)})
        return
    links = counted(len(gone), "link")
    told = f"{links} of {customer_id} will not work any more." if gone else "No link stood."
    console().print(
        f"{told} Mandates stay as they are.", highlight=False, markup=False, soft_wrap=True
    )


def _link(running: Running, invitation: Invitation) -> str:
    return f"{address_of_links(running.configuration)}/{invitation.token}"
