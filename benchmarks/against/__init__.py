"""Our product and another gateway of the same contract on the same machine, measured by turns."""
