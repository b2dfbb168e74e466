"""Files that other programs read, written tensor by tensor: each writer is told names, dtypes and shapes beforehand."""
