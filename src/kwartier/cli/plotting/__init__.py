"""Charts of a metering point: on the terminal, as PNG and as HTML."""
