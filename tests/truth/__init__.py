"""Is the store, after years of daily syncs, faults, kills and full disks, what the provider knows?

A *story* tells what happens in the emulated world; a *run* carries it out, syncs after each moment
and compares the store with the emulator's truth, value by value. ``python -m truth`` (with this
folder's parent on the path) runs the long form and prints one report.
"""
