"""What the descriptions of all emulated APIs share: the document around them, schemas from wire
structs, and the page to browse one, which asks nobody else.
"""
