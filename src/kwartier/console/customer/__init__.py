"""One customer's pages: who it is, what it shares, how complete that is, and what it looks like."""
