"""``kwartier emulator event``: let something happen in an emulator that runs."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from cyclopts import Parameter

from kwartier.cli.output import console, print_json
from kwartier.emulator.events.event import EventAsked, EventKind
from kwartier.errors import ConfigurationError, InputError, KwartierError
from kwartier.settings import environment, load_env_file
from kwartier.wire.unreadable import UNREADABLE

_PATIENCE = 10.0


def event(
    kind: EventKind,
    /,
    *,
    ean: Annotated[str | None, Parameter(help="where it happens")] = None,
    data_owner: Annotated[
        str | None, Parameter(help="to whom it happens: the UUID of a customer of Eneco")
    ] = None,
    effective: Annotated[
        str | None,
        Parameter(
            help="since when: an instant, or -P20D for 20 days ago; without it, now",
            allow_leading_hyphen=True,
        ),
    ] = None,
    until: Annotated[
        str | None,
        Parameter(
            help="the end of a window of late or re-estimated data", allow_leading_hyphen=True
        ),
    ] = None,
    days: Annotated[int | None, Parameter(help="how many days late data comes")] = None,
    customer: Annotated[
        str | None, Parameter(help="who is grid user afterwards, of the emulator's customers")
    ] = None,
    url: Annotated[
        str | None, Parameter(help="where the emulator is; without it as in FLUVIUS_BASE_URL")
    ] = None,
    env_file: Annotated[
        Path | None, Parameter(help="the file that the emulator wrote, read first")
    ] = None,
    json: Annotated[bool, Parameter(negative="", help="print JSON")] = False,
) -> None:
    """Let something happen in a running emulator: to its customers, meters or data.

    Customer-change, combined-switch, move and disconnection end the period of the EAN's mandates
    at --effective, also in the past; supplier-switch changes nothing. Meter-exchange gives the EAN
    a second meter, quarter-hours-on begins its quarter-hours. Late-data and re-estimation need
    --until. Contract-ended finishes all mandates.

    To a --data-owner of Eneco: move, disconnection and contract-ended end the contract on that
    day, the first two also its data; late-data and re-estimation.

    Example: kwartier emulator event move --ean 541440110000000101 --effective -P20D

    Parameters
    ----------
    kind:
        what happens
    """
    if env_file is not None:
        load_env_file(env_file)
    asked = EventAsked(
        kind=kind,
        ean=ean,
        data_owner=data_owner,
        effective=effective,
        customer=customer,
        until=until,
        days=days,
    )
    happened = _post(_origin(url), msgspec.json.encode(asked))
    if json:
        print_json(happened)
    else:
        at = happened["effective"]
        console().print(f"{kind}, effective {at}", highlight=False, markup=False)


def _origin(url: str | None) -> str:
    told = url or environment().get("FLUVIUS_BASE_URL") or "http://127.0.0.1:8600"
    parts = urlsplit(told)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError("--url", "must be an address such as http://127.0.0.1:8600")
    return f"{parts.scheme}://{parts.netloc}"


def _post(origin: str, body: bytes) -> dict[str, Any]:
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=_PATIENCE, context=_trust())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    )
    try:
        connection.request("POST", "/_emulator/events", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        told = msgspec.json.decode(reply.read())
    except (OSError, http.client.HTTPException, *UNREADABLE) as error:
        raise KwartierError(
            f"no emulator answers at {origin}; start `kwartier emulator`, or say where with --url"
        ) from error
    finally:
        connection.close()
    if reply.status == http.client.BAD_REQUEST:
        raise ConfigurationError(str(told.get("error")))
    if reply.status != http.client.OK:
        raise KwartierError(f"{origin} answers {reply.status}; is it an emulator of this version?")
    happened: dict[str, Any] = told
    return happened


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=environment().get("FLUVIUS_CA_FILE"))
