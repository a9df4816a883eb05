"""Mijn Fluvius, emulated: the pages on which a customer consents, and lives with it for years.

Server-rendered and without script. A short URL opens the journey (``journey``, ``sharing``), grid
users answer in the ``inbox``, customers find their mandates on ``own_page``, and ``csam`` says who
has a session with the government's sign-in, which single sign-on needs.
"""
