"""Options that several commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

AsOf = Annotated[
    str | None,
    Parameter(help="the values as they were known at this moment", show_default=False),
]
EnvFile = Annotated[
    Path | None,
    Parameter(help="read NAME=value lines first, such as `kwartier emulator` writes them"),
]


Named = Literal["fluvius", "eneco"]
ProviderName = Annotated[
    Named,
    Parameter(env_var="KWARTIER_PROVIDER", show_env_var=True, help="who is asked"),
]
Sandbox = Annotated[
    bool | None,
    Parameter(
        negative="--production",
        show_default=False,
        help="ask Fluvius' sandbox, or Eneco's acceptance environment, instead of the live "
        "service; or set KWARTIER_SANDBOX=1",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Output:
    """How a command prints."""

    json: Annotated[bool, Parameter(negative="", help="print JSON instead of a table")] = False


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class StoreOptions(Output):
    """Where the data is kept."""

    store: Annotated[Path, Parameter(env_var="KWARTIER_STORE", help="the store, one file")] = Path(
        "kwartier.duckdb"
    )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ProviderOptions(StoreOptions):
    """Which service is asked, and with which credentials."""

    sandbox: Sandbox = None
    env_file: EnvFile = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AnyProviderOptions(ProviderOptions):
    """The same where it may be any provider."""

    provider: ProviderName = "fluvius"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EachProviderOptions(ProviderOptions):
    """The same where it may be each of them: without a name whoever is configured, Fluvius in any
    case."""

    provider: Annotated[
        Literal["fluvius", "eneco"] | None,
        Parameter(
            env_var="KWARTIER_PROVIDER",
            show_env_var=True,
            help="look at one provider only; without it at Fluvius, and at Eneco if it is "
            "configured",
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PointOptions(StoreOptions):
    """Which metering points."""

    point: Annotated[str | None, Parameter(help="one metering point")] = None
    customer: Annotated[str | None, Parameter(help="the metering points of one customer")] = None
    at: Annotated[
        str | None,
        Parameter(help="judged at this moment instead of the last sync", show_default=False),
    ] = None
    as_of: AsOf = None


STORE = StoreOptions()
PROVIDER = ProviderOptions()
ANY_PROVIDER = AnyProviderOptions()
EACH_PROVIDER = EachProviderOptions()
POINTS = PointOptions()
