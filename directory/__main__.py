"""`python -m directory` is the `directory` command."""

from directory.cli import main

if __name__ == "__main__":  # processes that help to read a file load this module too
    main()
