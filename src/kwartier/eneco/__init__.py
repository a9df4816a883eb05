"""Eneco, which delivers district heat in the Netherlands: its DataShare API as a client.

KPN FIAM, which issues the tokens and keeps the customers' consents, is part of it.
"""
