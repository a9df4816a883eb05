"""The JSON of the API, but for rows of tables: one module for what each resource tells."""
