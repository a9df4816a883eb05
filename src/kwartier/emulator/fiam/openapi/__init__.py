"""KPN FIAM described: an OpenAPI document for each environment, and a page to browse it."""
