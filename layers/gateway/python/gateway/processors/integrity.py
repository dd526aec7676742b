"""Whether a yes is to what was asked: amount, currency and mode must be ours."""

from gateway.processors.protocol import Operation, Said


def difference(op: Operation, said: Said, work: str) -> str | None:
    """What the processor said instead, for a person; None: it is ours. What it did not say is not ours
    either. `work`: what was asked for, in our words.
    """
    theirs = (said.amount, said.currency, said.mode)
    if theirs == (op.amount, op.currency, op.mode):
        return None
    shown = " ".join(str(part) for part in theirs if part is not None)
    return f"the processor says {shown or 'no amount'} to {work} of {op.amount} {op.currency} {op.mode}"
