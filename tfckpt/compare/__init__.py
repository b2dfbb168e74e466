"""What ``tfckpt.compare.diff`` is made of: two sides, the likely renames between them, and the report."""
