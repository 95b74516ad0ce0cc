"""`python -m banyan`."""

from banyan.cli import main

main()
