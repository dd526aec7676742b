"""Things that we did not write, asked whether requests, answers and signatures are right."""
