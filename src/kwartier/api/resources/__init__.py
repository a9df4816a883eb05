"""The calls of the API, a file a resource: each declares them as ``OPERATIONS``."""
