"""``kwartier demo``: the whole way in one command, against the emulator."""

from kwartier.cli.demo.command import demo

__all__ = ["demo"]
