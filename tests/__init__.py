"""The tests, one package: a folder of theirs is never taken for a host of the same name (`webhooks`)."""
