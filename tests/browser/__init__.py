"""What a visitor's browser sees. A package of its own, so that its files may be named like those beside it."""
