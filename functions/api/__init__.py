"""The HTTP API: routes over the verbs of `gateway`, as a Lambda (`handler`) or a server (`__main__`)."""
