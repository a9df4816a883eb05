"""The configuration file: one TOML table a group of settings, secrets excepted."""

from kwartier.configuration.read import configured, read_configuration
from kwartier.configuration.sections import Configuration
from kwartier.configuration.write import render

__all__ = ["Configuration", "configured", "read_configuration", "render"]
