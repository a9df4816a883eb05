"""The console: the provider's own people look at customers, data, work and runs."""

from kwartier.console.app import create_app
from kwartier.console.context import ConsoleContext, ConsolePolicies

__all__ = ["ConsoleContext", "ConsolePolicies", "create_app"]
