"""The same life over a merchant's account at a processor: a fake with books stands in for it.

The model of `tests.model` says what each call of a merchant must answer. What a worker's step makes of a payment
is read off the database (`payment.follow`), and has to be justified: by what was asked for, by what happened at
the processor, and by its books (`books`), which are compared after every step.
"""
