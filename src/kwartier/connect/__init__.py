"""The page that customers are invited to: over it they begin to share their data, and renew."""

from kwartier.connect.app import create_app
from kwartier.connect.context import ConnectContext
from kwartier.connect.settings import ConnectSettings
from kwartier.connect.ways import CLIENT_OPTIONS, EnecoWay, FluviusWay, Way

__all__ = [
    "CLIENT_OPTIONS",
    "ConnectContext",
    "ConnectSettings",
    "EnecoWay",
    "FluviusWay",
    "Way",
    "create_app",
]
