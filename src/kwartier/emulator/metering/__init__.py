"""What meters measure in the emulated world, and how Fluvius holds and tells it."""
