"""The console: the provider's own people look at customers, data, work and runs."""
