"""``root_of``: whether a file is a graph in the text form of protocol buffers, by the field that it begins with."""

import re

SPACE = rb"(?:[ \t\r\n\v\f]++|#[^\n]*+)*+"
SAVED_MODEL, META_GRAPH_DEF, GRAPH_DEF = "tensorflow.SavedModel", "tensorflow.MetaGraphDef", "tensorflow.GraphDef"
ROOTS = {  # the names of their fields: no name is in two of them
    SAVED_MODEL: b"saved_model_schema_version meta_graphs".split(),
    META_GRAPH_DEF: b"meta_info_def graph_def saver_def collection_def signature_def asset_file_def "
    b"object_graph_def".split(),
    GRAPH_DEF: b"node versions version library debug_info".split(),
}


def root_of(data):
    """Which message a text is: one of ``ROOTS``; None if it is no text of theirs.

    Args:
        data: bytes, or a ``memoryview`` of them.

    Example:

        >>> root_of(b"# a graph" + bytes([10]) + b"node { }")
        'tensorflow.GraphDef'
    """
    first = re.match(SPACE + rb"([a-z]\w*+)" + SPACE + rb"[:{<\[]", data)
    return next((root for root, names in ROOTS.items() if first and first[1] in names), None)
