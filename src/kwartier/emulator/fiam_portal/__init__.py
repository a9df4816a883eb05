"""Where a customer of Eneco gives and withdraws consent, emulated: the data owner's side of FIAM.

The real page's addresses and steps are not published; these are our reading. A service consumer
sends its customer to ``/fiam/consent?consumer=PARTY``, with ``returnUrl=`` where it is to go after.
"""
