"""The ESCO API v2 described, by the means of v3's description: where the two are alike, so are the
words.
"""
