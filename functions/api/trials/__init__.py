"""Try it: pay the least amount yourself."""
