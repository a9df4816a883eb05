"""The API as a Postman collection, and what Postman needs to sign in as environments."""

from kwartier.postman.collection import collection
from kwartier.postman.environment import PostmanEnvironment, environment_for
from kwartier.postman.files import IGNORED, Written, write_files

__all__ = [
    "IGNORED",
    "PostmanEnvironment",
    "Written",
    "collection",
    "environment_for",
    "write_files",
]
