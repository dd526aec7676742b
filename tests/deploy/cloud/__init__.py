"""A cloud on this machine: functions in AWS's runtime emulator, SQS by moto, the glue between them by us."""
