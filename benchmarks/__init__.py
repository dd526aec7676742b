"""Black-box measurements of any gateway that speaks the contract: `python -m benchmarks --help`."""
