"""Which types of operations touch the world outside of the graph, and which types TensorFlow knows at all."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

KNOWN = Path(__file__).with_name("operations.txt")


class Touch(NamedTuple):
    """What operations of a type do.

    Attributes:
        what: they touch: ``"files"``, ``"network"``, ``"Python"``, ``"process"`` or ``"program"``.
        does: a piece of a sentence, which the file's name or the like may follow.
        where: what says which file: the number of an input, or the name of an attribute; None if nothing does.
    """

    what: str
    does: str
    where: int | str | None


def touching(what, does, **types):
    return {kind: Touch(what, does, where) for kind, where in types.items()}


# What the Saver uses. The first input of MergeV2Checkpoints are the files to join, its second the file to write.
SAVING = touching("files", "writes a checkpoint", Save=0, SaveSlices=0, SaveV2=0)
SAVING |= touching("files", "joins and deletes the parts of a checkpoint", MergeV2Checkpoints=1)
RESTORING = touching("files", "reads a checkpoint", Restore=0, RestoreSlice=0, RestoreV2=0, DTensorRestoreV2=0)

TOUCHES = {
    **SAVING,
    **RESTORING,
    **touching("files", "writes a file", WriteFile=0, DumpTensor="log_dir_path", CalibrationStatisticsSaver=None),
    **touching("files", "writes a file", DatasetToTFRecord=1, ExperimentalDatasetToTFRecord=1),
    **touching("files", "writes a folder", SaveDataset=1, SaveDatasetV2=1, DistributedSave=1),
    **touching("files", "writes and reads a folder", SnapshotDataset=1, SnapshotDatasetV2=1),
    **touching("files", "writes and reads a file", CacheDataset=1, CacheDatasetV2=1),
    **touching("files", "writes a file of summaries", CreateSummaryFileWriter=1, CreateSummaryDbWriter=1),
    **touching("files", "reads a file", ReadFile=0, RecordInput="file_pattern", ImmutableConst="memory_region_name"),
    **touching("files", "reads a file", FixedUnigramCandidateSampler="vocab_file", Skipgram="filename"),
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
    **touching("files", "reads a description of messages", DecodeProtoV2="descriptor_source"),
    **touching("files", "reads a description of messages", EncodeProto="descriptor_source"),
    **touching("files", "changes how file systems are reached", FileSystemSetConfiguration=1),
    **touching("files", "opens a database", SqlDataset=1, ExperimentalSqlDataset=1),
    **touching("files", "prints", PrintV2="output_stream"),  # to a file, if that begins with file://
    **touching("network", "sends values away", DebugIdentity="debug_urls", DebugIdentityV2="debug_urls"),
    **touching("network", "sends values away", DebugIdentityV3="debug_urls", DebugNanCount="debug_urls"),
    **touching("network", "sends values away", DebugNumericSummary="debug_urls"),
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
    **touching("program", "runs a graph that is in a text", DatasetFromGraph=None),
}


@cache
def known():
    """The types of operations that TensorFlow knows: a set. And which version it is."""
    head, *types = KNOWN.read_text(encoding="utf-8").split("\n")
    return frozenset(filter(None, types)), head.removeprefix("# TensorFlow ")
