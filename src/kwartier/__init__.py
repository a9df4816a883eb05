"""kwartier: metering data of consenting customers, complete, revision-safe and lawful."""

__version__ = "0.1.0"
