"""What ``course.inspect`` is made of: what is at a path, what it holds, whether it is whole, and the report."""
