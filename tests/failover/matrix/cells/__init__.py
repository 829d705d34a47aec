"""The matrix of faults: the table of what is expected, and the means to see what happens."""
