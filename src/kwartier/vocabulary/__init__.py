"""The field's words as values: EAN, interval, local days, granularity, mandate, fetch."""
