"""Where the CPU goes: functions of the processes, statements of Postgres."""
