"""The payment gateway: every behaviour of the product, independent of the host that runs it.

Nouns are packages (`orders`, `payments`, `refunds`, …), verbs are modules in them
(`payments.create`, `payments.process`). The folder above this package is the Lambda layer.
"""

__version__ = "0.1.0"
