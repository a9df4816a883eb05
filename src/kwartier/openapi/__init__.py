"""What the descriptions of all our APIs share, emulated ones and the provider's own: the document
around them, schemas from structs, and the pages to read one and to try its calls, which ask nobody
else.
"""
