"""Money by model: random sequences of calls, crashes and races, held against a model after every step.

`model` predicts, `audit` reads what Postgres and the bank's books say, `machine` has the rules, and a world
carries them out: `in_process` (the real API application, worker code and Postgres in one process, so that a crash
can be placed between any two steps of the worker) or `processes` (the processes as shipped, and SIGKILL).
"""
