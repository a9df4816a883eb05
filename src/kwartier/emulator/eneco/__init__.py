"""Eneco DataShare v1: the hourly values of ten made-up data owners, in each environment."""
