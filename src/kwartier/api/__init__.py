"""The REST API for the provider's own applications."""

from kwartier.api.app import BASE, create_app
from kwartier.api.context import ApiContext
from kwartier.api.settings import ApiSettings

__all__ = ["BASE", "ApiContext", "ApiSettings", "create_app"]
