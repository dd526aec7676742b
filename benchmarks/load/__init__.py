"""The load generator: raw keep-alive connections, closed and open loops, in a process of its own."""
