"""Which types of operations are known to be harmless, and what those do that touch the world outside of the graph.

An operation is harmless by being known as such: ``operations.txt`` says which are, and ``tests/known_operations.py`` by
which rule. What the others do is said here, where it is known.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

KNOWN = Path(__file__).with_name("operations.txt")


class Touch(NamedTuple):
    """What operations of a type do.

    Attributes:
        what: they touch: ``"files"``, ``"network"``, ``"Python"``, ``"process"``, ``"program"`` (one that is not looked
            into) or ``"unknown"``.
        does: a piece of a sentence, which the file's name or the like may follow.
        where: what says which file: the number of an input, or the name of an attribute; None if nothing does.
        harmless: beginnings of texts with which an operation touches nothing; empty if it always does. Those that end
            in ``$`` are whole texts; None among them means an attribute that is not there.
    """

    what: str
    does: str
    where: int | str | None
    harmless: tuple = ()


def touching(what, does, harmless=(), **types):
    return {kind: Touch(what, does, where, harmless) for kind, where in types.items()}


SCREEN = (None, "stderr$", "stdout$", "log(info)$", "log(warning)$", "log(error)$")
IN_MEMORY = (None, "$")
DESCRIBED = (None, "$", "local://$", "bytes://")  # by the program itself, or in the text


# What the Saver uses. The first input of MergeV2Checkpoints are the files to join, its second the file to write.
SAVING = touching("files", "writes a checkpoint", Save=0, SaveSlices=0, SaveV2=0)
SAVING |= touching("files", "merges and deletes the shards of a checkpoint", MergeV2Checkpoints=1)
RESTORING = touching("files", "reads a checkpoint", Restore=0, RestoreSlice=0, RestoreV2=0, DTensorRestoreV2=0)

TOUCHES = {
    **SAVING,
    **RESTORING,
    **touching("files", "writes a file", WriteFile=0, DumpTensor="log_dir_path", CalibrationStatisticsSaver=None),
    **touching("files", "writes a file", DatasetToTFRecord=1, ExperimentalDatasetToTFRecord=1),
    **touching("files", "writes a folder", SaveDataset=1, SaveDatasetV2=1, DistributedSave=1),
    **touching("files", "writes and reads a folder", SnapshotDataset=1, SnapshotDatasetV2=1),
    **touching("files", "writes and reads a file", ("$",), CacheDataset=1, CacheDatasetV2=1),
    **touching("files", "writes a file of summaries", CreateSummaryFileWriter=1, CreateSummaryDbWriter=1),
    **touching("files", "reads a file", ReadFile=0, RecordInput="file_pattern", ImmutableConst="memory_region_name"),
    **touching("files", "reads a file", IN_MEMORY, FixedUnigramCandidateSampler="vocab_file"),
    **touching("files", "reads a file", Skipgram="filename"),
    **touching("files", "reads a file", InitializeTableFromTextFile=1, InitializeTableFromTextFileV2=1),
    **touching("files", "reads a file", GenerateVocabRemapping=0, LoadAndRemapMatrix=0, SnapshotChunkDataset=0),
    **touching("files", "reads a file", TextLineDataset=0, TFRecordDataset=0, TFRecordDatasetV2=0, LMDBDataset=0),
    **touching("files", "reads a file", FixedLengthRecordDataset=0, FixedLengthRecordDatasetV2=0, CSVDataset=0),
    **touching("files", "reads a file", CSVDatasetV2=0, ExperimentalCSVDataset=0, ExperimentalLMDBDataset=0),
    **touching("files", "reads a folder", LoadDataset=0, ListSnapshotChunksDataset=0, SnapshotDatasetReader=0),
    **touching("files", "reads files that a queue names", LMDBReader=None, TextLineReader=None, TFRecordReader=None),
    **touching("files", "reads files that a queue names", TextLineReaderV2=None, TFRecordReaderV2=None),
    **touching("files", "reads files that a queue names", WholeFileReader=None, WholeFileReaderV2=None),
    **touching("files", "reads files that a queue names", FixedLengthRecordReader=None, FixedLengthRecordReaderV2=None),
    **touching("files", "lists files", MatchingFiles=0, MatchingFilesDataset=0, ExperimentalMatchingFilesDataset=0),
    **touching("files", "reads a description of messages", DESCRIBED, DecodeProtoV2="descriptor_source"),
    **touching("files", "reads a description of messages", DESCRIBED, EncodeProto="descriptor_source"),
    **touching("files", "changes how file systems are reached", FileSystemSetConfiguration=1),
    **touching("files", "opens a database", SqlDataset=1, ExperimentalSqlDataset=1),
    **touching("files", "prints", SCREEN, PrintV2="output_stream"),  # to a file, if that begins with file://
    **touching("network", "sends values away", DebugIdentity="debug_urls", DebugIdentityV2="debug_urls"),
    **touching("network", "sends values away", DebugIdentityV3="debug_urls", DebugNanCount="debug_urls"),
    **touching("network", "sends values away", DebugNumericSummary="debug_urls", Copy="debug_ops_spec"),
    **touching("network", "sends values away", CopyHost="debug_ops_spec"),
    **touching("network", "exchanges values with other devices", Send="recv_device", Recv="send_device"),
    **touching("network", "asks a server for data", DataServiceDataset=2, DataServiceDatasetV2=2),
    **touching("network", "asks a server for data", DataServiceDatasetV3=2, DataServiceDatasetV4=2),
    **touching("network", "asks a server for data", RegisterDataset=1, RegisterDatasetV2=1),
    **touching("network", "calls a server", RpcClient=0, RpcCall=None),
    **touching("network", "is a server", RpcServer=0, RpcServerStart=None, RpcServerRegister=None),
    **touching("network", "runs a function on another device", RemoteCall=0),
    **touching("Python", "calls a Python function", PyFunc="token", PyFuncStateless="token", EagerPyFunc="token"),
    **touching("process", "ends the process", Abort="error_msg", WorkerHeartbeat=None),
    **touching("process", "shuts down devices", ShutdownTPUSystem=None, ShutdownDistributedTPU=None),
    # A program in another language, which is not looked into.
    **touching("program", "runs a compiled program", XlaCallModule=None, MlirPassthroughOp=None, TPUExecute=None),
    **touching("program", "runs a compiled program", TPUExecuteAndUpdateVariables=None),
    **touching("program", "calls compiled code", XlaCustomCall="target_name", XlaCustomCallV2="call_target_name"),
    **touching("program", "runs a graph that is in a string", DatasetFromGraph=None),
    **touching("program", "takes over an iterator from a string", DeserializeIterator=None),
}


UNKNOWN = Touch("unknown", "is not known to be harmless", None)
OBJECT = Touch("unknown", "has an object in it, which is not looked into", None)


@cache
def known():
    """The types of operations that TensorFlow knows, and which version that is.

    Returns:
        ``{type: mark}`` and a version. A mark is ``"computes"`` or ``"state"`` for those that are harmless,
        ``"stateless"`` for others that TensorFlow may run to find out a shape, or empty.
    """
    head, *lines = KNOWN.read_text(encoding="utf-8").split("\n")
    types = (line.partition(" ") for line in lines if line)
    return {name: mark for name, _, mark in types}, head.removeprefix("# TensorFlow ")


@cache
def harmless_types():
    """The types of operations that are known to be harmless: a set."""
    return frozenset(name for name, mark in known()[0].items() if mark in ("computes", "state"))
