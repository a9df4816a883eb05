"""``python -m kwartier`` is ``kwartier``."""

from kwartier.cli import main

main()
