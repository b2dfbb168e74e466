"""``of_…``: an ``Inspection`` of each ``Kind`` that may be at a path. Nothing is run, loaded or unpickled."""
