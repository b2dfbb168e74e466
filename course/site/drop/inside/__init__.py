"""What runs in the browser, in Pyodide, beside ``tfckpt``: there it is a package of its own. Standard library only."""
