"""A Fluvius, live and sandbox, and Microsoft Entra ID that run on one machine, data included.

Everything a client meets over HTTP is here: signed tokens, mandates, energy. What it answers is a
pure function of the EAN, the instant, a number that picks the world, and the clock; only consents
are state. See docs/emulator.md.
"""
