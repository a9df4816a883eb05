"""What happens in the emulated world besides consent: to customers, meters and data."""
