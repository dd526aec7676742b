"""An event on its way to an endpoint: claimed, sent, concluded, tried again."""
