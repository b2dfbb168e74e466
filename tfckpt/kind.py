"""``Kind``: what may be at a path, and in which words that is said."""

from enum import Enum


class Kind(Enum):
    """What may be at a path. The value is the word that JSON has for it.

    Example:

        >>> Kind.KERAS.counted(2)
        '2 Keras models'
    """

    CHECKPOINT = "checkpoint"
    V1 = "v1"
    SAVED_MODEL = "saved model"
    KERAS = "keras"
    HDF5 = "hdf5"
    GRAPH = "graph"
    GRAPH_DEF = "graph def"
    SAFETENSORS = "safetensors"
    NPZ = "npz"
    FOLDER = "folder"
    TABLE = "table"  # of a file alone: an .index, or a V1 checkpoint
    STATE = "state"  # of a file alone: the text file checkpoint

    def counted(self, count):
        """Several of them in words, such as ``"2 checkpoints"``."""
        return f"{count} {IN_WORDS[self][count > 1]}"

    @property
    def title(self):
        """One of them in words."""
        return IN_WORDS[self][0]


IN_WORDS = {  # one of it, several
    Kind.CHECKPOINT: ("checkpoint", "checkpoints"),
    Kind.V1: ("checkpoint of the V1 format", "checkpoints of the V1 format"),
    Kind.SAVED_MODEL: ("SavedModel", "SavedModels"),
    Kind.KERAS: ("Keras model", "Keras models"),
    Kind.HDF5: ("HDF5 file", "HDF5 files"),
    Kind.GRAPH: ("graph", "graphs"),
    Kind.GRAPH_DEF: ("graph without a Saver", "graphs without a Saver"),
    Kind.SAFETENSORS: ("safetensors file", "safetensors files"),
    Kind.NPZ: ("file of arrays (.npz)", "files of arrays (.npz)"),
}
