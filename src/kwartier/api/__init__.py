"""The REST API for the provider's own applications."""
