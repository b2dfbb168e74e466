"""The bytes of a checkpoint and of a graph, one module a piece of the format. Each names its source."""
