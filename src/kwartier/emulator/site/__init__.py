"""What the pages for customers share: sessions, forms and their checks, languages, looks.

All are server-rendered and without script. A site has a :class:`~kwartier.emulator.site.look.Look`,
sessions and a kind of visit of its own.
"""
