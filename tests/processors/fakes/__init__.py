"""Processors of our own making: small, stateful, with books of what was really taken, and a switch per fault."""
