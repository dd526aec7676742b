"""The port as every connector has to keep it: connector against fake in one process."""
