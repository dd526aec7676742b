"""`python -m gateway.cli`: what the installed command `gateway` runs."""

from gateway.cli.main import main

main()
