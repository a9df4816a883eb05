"""Commands that heed the configuration file: options go before it, and it before defaults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from kwartier.cli.options import EnvFile, Output, ProviderOptions
from kwartier.cli.provider import choose_environment, credentials_for
from kwartier.cli.publishing import PublishOptions
from kwartier.cli.telling import TellOptions
from kwartier.configuration import Configuration, read_configuration
from kwartier.fluvius import Environment, FluviusCredentials
from kwartier.settings import environment, flag


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
    sandbox: Annotated[
        bool | None,
        Parameter(
            negative="--production",
            show_default=False,
            help="ask Fluvius' sandbox instead of the live service; or set KWARTIER_SANDBOX=1",
        ),
    ] = None
    env_file: EnvFile = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class PrintedOptions(ConfiguredOptions, Output):
    """The same for a command that prints."""


PRINTED = PrintedOptions()


@dataclass(frozen=True, kw_only=True)
class Running:
    """What options, environment and file come to."""

    configuration: Configuration
    store: Path
    environment: Environment

    def credentials(self) -> FluviusCredentials:
        """The credentials of the service that is meant; :class:`ConfigurationError` if the
        environment has none.
        """
        return credentials_for(self.environment)

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
    is_sandbox = options.sandbox
    chosen = choose_environment(
        ProviderOptions(
            store=store, sandbox=is_sandbox, env_file=options.env_file or provider.env_file
        )
    )
    if is_sandbox is None and provider.sandbox and not flag("KWARTIER_SANDBOX"):
        chosen = Environment.SANDBOX
    return Running(
        configuration=configuration,
        store=store,
        environment=chosen,
    )
