"""What the descriptions of all our APIs share, emulated ones and the provider's own: the document
around them, schemas from structs, and the page to browse one, which asks nobody else.
"""
