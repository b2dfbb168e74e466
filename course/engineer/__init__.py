"""For the engineer in trouble: ``course inspect`` and ``course diff`` in a terminal."""
