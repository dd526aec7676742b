"""Sending again, in bulk, what an endpoint has missed."""
