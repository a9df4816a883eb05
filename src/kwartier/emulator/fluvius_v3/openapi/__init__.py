"""The ESCO API v3 described: an OpenAPI document for each environment, and a page to browse it.

The schemas come from the wire structs; what these do not say (rules, examples, statuses) is said
here, in our own words.
"""
