"""What the page says: one module a language, all with the same keys."""
