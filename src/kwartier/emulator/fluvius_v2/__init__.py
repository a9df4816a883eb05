"""The ESCO API v2, a file a call: the same consents and the same truth as v3."""
