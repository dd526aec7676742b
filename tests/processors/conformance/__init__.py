"""What every connector must pass; a case names the public report that it comes from."""
