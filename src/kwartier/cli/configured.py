"""Commands that heed the configuration file: options go before it, and it before defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.options import EnvFile, Named, Output, ProviderOptions, Sandbox
from kwartier.cli.provider import means_sandbox
from kwartier.cli.publishing import PublishOptions
from kwartier.cli.sources import Asked, asked
from kwartier.cli.telling import TellOptions
from kwartier.configuration import Configuration, read_configuration
from kwartier.errors import InputError
from kwartier.settings import environment


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ConfiguredOptions:
    """The configuration file, and what goes before it."""

    config: Annotated[
        Path | None,
        Parameter(
            env_var="KWARTIER_CONFIG", show_env_var=True, help="the file that has all settings"
        ),
    ] = None
    store: Annotated[
        Path | None,
        Parameter(env_var="KWARTIER_STORE", show_env_var=True, help="the store, one file"),
    ] = None
    sandbox: Sandbox = None
    env_file: EnvFile = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PrintedOptions(ConfiguredOptions, Output):
    """The same for a command that asks one provider, and prints."""

    provider: Annotated[
        Named | None,
        Parameter(
            env_var="KWARTIER_PROVIDER",
            show_env_var=True,
            help="who is asked; else the one whom the settings name",
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ServedOptions(ConfiguredOptions):
    """The same for a command that asks several providers."""

    provider: Annotated[
        list[Named] | None,
        Parameter(
            negative="",
            env_var="KWARTIER_PROVIDER",
            show_env_var=True,
            help="who is asked, given again for each; else all whom the settings name",
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AlertOptions(ServedOptions, Output):
    """The same for a command that judges how it goes with several providers, and prints."""


PRINTED = PrintedOptions()


@dataclass(frozen=True, kw_only=True)
class Running:
    """What options, environment and file come to."""

    configuration: Configuration
    store: Path
    is_sandbox: bool

    def named(self, given: Sequence[str] | None = None) -> list[str]:
        """Who is to be asked: the ``given`` names, else those of the file; each once."""
        return list(dict.fromkeys(map(str, given or self.configuration.provider.names)))

    def asked(self, provider: str | None) -> Asked:
        """The provider of that name, in the environment that is meant; None: the only one whom
        the file names. Raises :class:`InputError` if it names several.
        """
        if provider is None:
            names = self.named()
            if len(names) > 1:
                raise InputError("--provider", "say which one is meant", ", ".join(names))
            (provider,) = names
        timestamps = self.configuration.eneco.timestamps()
        return asked(provider, is_sandbox=self.is_sandbox, timestamps=timestamps)

    def telling(self, given: TellOptions) -> TellOptions:
        """Who is told of changes: the options, else the file and the environment that it names."""
        file = self.configuration.events.file
        return replace(
            given,
            events=given.events or (str(file) if file else None),
            webhook=given.webhook or environment().get("KWARTIER_WEBHOOK_URL"),
        )

    def publishing(self, given: PublishOptions) -> PublishOptions:
        """Where is published: the option, else the file."""
        return replace(given, publish=given.publish or self.configuration.publish.folder)

    def client_settings(self) -> dict[str, Any]:
        """How requests are made: what a client takes beside its credentials."""
        provider = self.configuration.provider
        return {
            "timeout": provider.timeout,
            "requests_per_second": provider.requests_per_second,
            "retry": self.configuration.retry,
        }


def prepare(options: ConfiguredOptions) -> Running:
    """Read the file, then the environment file that it or an option names."""
    configuration = read_configuration(options.config)
    provider = configuration.provider
    store = options.store or configuration.store.path
    is_sandbox = means_sandbox(
        ProviderOptions(
            store=store, sandbox=options.sandbox, env_file=options.env_file or provider.env_file
        )
    )
    is_sandbox = is_sandbox or (options.sandbox is None and provider.sandbox)
    effective = replace(configuration, provider=replace(provider, sandbox=is_sandbox))
    return Running(configuration=effective, store=store, is_sandbox=is_sandbox)
