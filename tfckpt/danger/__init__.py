"""What a file would do to the machine that loads it: operations and code that touch files, network or Python."""
