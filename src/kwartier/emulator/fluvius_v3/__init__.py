"""The ESCO API v3, a file a call."""
