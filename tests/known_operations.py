"""Writes ``tfckpt/danger/operations.txt``: the types of operations that the installed TensorFlow knows, and which of
them are harmless.

    python tests/known_operations.py

The rule. An operation is harmless

- if TensorFlow registers it as one without state, it is none of TensorFlow's inner ones (``_…``), and each of its
  attributes and inputs that are texts has a name of ``ATTRIBUTES`` and ``INPUTS``, which were looked through one by
  one: none of them names a file, an address, a Python function or a program (the mark ``computes``); or
- if it has a state and stands in ``STATEFUL``, which was looked through one by one (the mark ``state``);

and if ``tfckpt.danger.side_effects.TOUCHES`` does not say what it touches. All others are named when a file has them:
those of a newer TensorFlow, too, until somebody has looked at them. The functions that an operation calls are in the
same file, and are looked into.

A test holds the file against the installed TensorFlow. On Linux: other systems have a few fewer.
"""

from pathlib import Path

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2, types_pb2
from tensorflow.python.client import pywrap_tf_session

from tfckpt.danger.side_effects import TOUCHES

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "danger" / "operations.txt"

# Names of attributes that are texts, of operations without state.
ATTRIBUTES = set(
    """a align b bad_indices_policy batch_padding_policy batching_queue cardinality_options combiner compression
    compression_type config config_proto container context_dense_keys context_sparse_keys data_format dct_method
    delimiter dense_keys density_unit description deterministic device_type dimension_numbers direction display_name
    dst_format element_spec encoding equation errors executor_type feature_list_dense_keys
    feature_list_dense_missing_assumed_empty feature_list_sparse_keys field_delim field_names fill fill_mode format
    frame_name id input_encoding input_layout input_mode input_order input_quant_mode interpolation kernel_type labels
    layout left_pad loss_type manual_sharding mesh message message_format message_type metadata method
    mixed_priority_policy mode na_value noise op_type optimization_configs output_encoding output_layout padding
    padding_map pattern placeholder pooling_type precision_config ragged_keys reduce_op reduce_type rewrite right_pad
    rnn_mode round_mode row_partition_types separator serialized_options set_operation shared_name sharding sparse_keys
    split_type src_format stateful_whitelist step_marker_location string_list_val string_val table_name template
    topology tpu_compile_options_proto host_compute_core tuple_mask unit var_name xmp_metadata""".split()
)
# Names of inputs that are texts, of operations without state. Handles are of what another operation has opened.
INPUTS = set(
    """b basename bytes c contents context_dense_keys context_ragged_keys context_sparse_keys data debug_name delimiter
    dense_keys feature_list_dense_keys feature_list_dense_missing_assumed_empty feature_list_ragged_keys
    feature_list_sparse_keys handle input input_bytes inputs json_examples keys method names optimizations
    optimizations_default optimizations_disabled optimizations_enabled pattern queue_handle ragged_keys reader_handle
    records rewrite rewrite_name sep serialized serialized_sparse serialized_summary_metadata sparse_keys split_types
    state string_tensor table_handle tag tags transformations""".split()
)
# Operations with a state, one by one: the state is in the memory of the process.
STATEFUL = set(
    """
    VarHandleOp Variable VariableV2 ReadVariableOp AssignVariableOp AssignAddVariableOp AssignSubVariableOp
    VarIsInitializedOp VariableShape DestroyResourceOp TemporaryVariable ResourceGather ResourceGatherNd
    ResourceCountUpTo ResourceStridedSliceAssign DisableCopyOnRead ReadVariableXlaSplitND AssignVariableXlaConcatND
    GuaranteeConst IsResourceHandleRefCounting
    ResourceScatterAdd ResourceScatterDiv ResourceScatterMax ResourceScatterMin ResourceScatterMul ResourceScatterSub
    ResourceScatterUpdate ResourceScatterNdAdd ResourceScatterNdMax ResourceScatterNdMin ResourceScatterNdSub
    ResourceScatterNdUpdate

    ResourceApplyAdaMax ResourceApplyAdadelta ResourceApplyAdagrad ResourceApplyAdagradDA ResourceApplyAdagradV2
    ResourceApplyAdam ResourceApplyAdamWithAmsgrad ResourceApplyAddSign ResourceApplyCenteredRMSProp ResourceApplyFtrl
    ResourceApplyFtrlV2 ResourceApplyGradientDescent ResourceApplyKerasMomentum ResourceApplyMomentum
    ResourceApplyPowerSign ResourceApplyProximalAdagrad ResourceApplyProximalGradientDescent ResourceApplyRMSProp
    ResourceSparseApplyAdadelta ResourceSparseApplyAdagrad ResourceSparseApplyAdagradDA ResourceSparseApplyAdagradV2
    ResourceSparseApplyCenteredRMSProp ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2
    ResourceSparseApplyKerasMomentum ResourceSparseApplyMomentum ResourceSparseApplyProximalAdagrad
    ResourceSparseApplyProximalGradientDescent ResourceSparseApplyRMSProp

    RandomUniform RandomUniformInt RandomStandardNormal ParameterizedTruncatedNormal TruncatedNormal RandomShuffle
    Multinomial RandomGamma RandomPoisson RandomPoissonV2 RandomCrop NonDeterministicInts StatefulRandomBinomial
    StatefulStandardNormal StatefulStandardNormalV2 StatefulTruncatedNormal StatefulUniform StatefulUniformFullInt
    StatefulUniformInt RngSkip RngReadAndSkip StatelessRandomGetAlg AnonymousSeedGenerator AnonymousRandomSeedGenerator
    DeleteSeedGenerator DeleteRandomSeedGenerator DummySeedGenerator SampleDistortedBoundingBox
    SampleDistortedBoundingBoxV2 UniformCandidateSampler LogUniformCandidateSampler LearnedUnigramCandidateSampler
    ThreadUnsafeUnigramCandidateSampler AllCandidateSampler
    CudnnRNN CudnnRNNV2 CudnnRNNV3 CudnnRNNBackprop CudnnRNNBackpropV2 CudnnRNNBackpropV3

    If While Case StatefulPartitionedCall Assert CheckNumerics CheckNumericsV2 Empty DeepCopy Timestamp DeviceIndex
    GraphDefVersion IsTensorFloat32Enabled MutexV2 MutexLock ConsumeMutexLock
    Print

    HashTable HashTableV2 MutableHashTable MutableHashTableV2 MutableHashTableOfTensors MutableHashTableOfTensorsV2
    MutableDenseHashTable MutableDenseHashTableV2 AnonymousHashTable AnonymousMutableHashTable
    AnonymousMutableHashTableOfTensors AnonymousMutableDenseHashTable LookupTableExportV2 LookupTableFindV2
    LookupTableImportV2 LookupTableInsertV2 LookupTableRemoveV2 LookupTableSizeV2 InitializeTableV2
    InitializeTableFromDataset

    FIFOQueue FIFOQueueV2 RandomShuffleQueue RandomShuffleQueueV2 PaddingFIFOQueue PaddingFIFOQueueV2 PriorityQueue
    PriorityQueueV2 FakeQueue QueueCloseV2 QueueDequeueManyV2 QueueDequeueUpToV2 QueueDequeueV2 QueueEnqueueManyV2
    QueueEnqueueV2 QueueIsClosedV2 QueueSizeV2 Barrier ConditionalAccumulator SparseConditionalAccumulator
    ResourceConditionalAccumulator ResourceAccumulatorApplyGradient ResourceAccumulatorNumAccumulated
    ResourceAccumulatorSetGlobalStep ResourceAccumulatorTakeGradient
    TensorArray TensorArrayV2 TensorArrayV3 TensorArrayCloseV3 TensorArrayConcatV3 TensorArrayGatherV3 TensorArrayGrad
    TensorArrayGradV2 TensorArrayGradV3 TensorArrayGradWithShape TensorArrayReadV3 TensorArrayScatterV3
    TensorArraySizeV3 TensorArraySplitV3 TensorArrayWriteV3 Stack StackV2 StackCloseV2 StackPopV2 StackPushV2
    AddSparseToTensorsMap AddManySparseToTensorsMap TakeManySparseFromTensorsMap
    Stage StageClear StagePeek StageSize Unstage MapClear MapIncompleteSize MapPeek MapSize MapStage MapUnstage
    MapUnstageNoKey OrderedMapClear OrderedMapIncompleteSize OrderedMapPeek OrderedMapSize OrderedMapStage
    OrderedMapUnstage OrderedMapUnstageNoKey
    GetSessionHandle GetSessionHandleV2 GetSessionTensor DeleteSessionTensor

    TensorDataset TensorSliceDataset SparseTensorSliceDataset RangeDataset RandomDataset RandomDatasetV2
    ExperimentalRandomDataset GeneratorDataset ListDataset ReduceDataset DatasetToSingleElement ShuffleDatasetV2
    ShuffleDatasetV3 ShuffleAndRepeatDatasetV2 GlobalShuffleDataset GroupByReducerDataset
    ExperimentalGroupByReducerDataset Iterator IteratorV2 OneShotIterator MakeIterator IteratorGetNext
    IteratorGetNextSync IteratorGetNextAsOptional IteratorGetDevice IteratorGetModelProto ExperimentalIteratorGetDevice
    IteratorToStringHandle IteratorFromStringHandle IteratorFromStringHandleV2 AnonymousIterator AnonymousIteratorV2
    AnonymousIteratorV3 DeleteIterator SerializeIterator MultiDeviceIterator MultiDeviceIteratorInit
    MultiDeviceIteratorGetNextFromShard MultiDeviceIteratorToStringHandle MultiDeviceIteratorFromStringHandle
    AnonymousMultiDeviceIterator AnonymousMultiDeviceIteratorV3 DeleteMultiDeviceIterator ThreadPoolDataset
    ThreadPoolHandle ExperimentalThreadPoolDataset ExperimentalThreadPoolHandle AnonymousMemoryCache DeleteMemoryCache
    DummyMemoryCache DummyIterationCounter
    StatsAggregatorHandle StatsAggregatorHandleV2 StatsAggregatorSummary StatsAggregatorSetSummaryWriter
    ExperimentalStatsAggregatorHandle ExperimentalStatsAggregatorSummary SetStatsAggregatorDataset
    ExperimentalSetStatsAggregatorDataset

    SummaryWriter WriteSummary WriteScalarSummary WriteHistogramSummary WriteImageSummary WriteAudioSummary
    WriteGraphSummary WriteRawProtoSummary FlushSummaryWriter CloseSummaryWriter
    IdentityReader IdentityReaderV2 ReaderReadV2 ReaderReadUpToV2 ReaderNumRecordsProducedV2
    ReaderNumWorkUnitsCompletedV2 ReaderResetV2 ReaderSerializeStateV2 ReaderRestoreStateV2

    BoostedTreesCenterBias BoostedTreesCreateEnsemble BoostedTreesCreateQuantileStreamResource
    BoostedTreesDeserializeEnsemble BoostedTreesEnsembleResourceHandleOp BoostedTreesExampleDebugOutputs
    BoostedTreesFlushQuantileSummaries BoostedTreesGetEnsembleStates BoostedTreesPredict
    BoostedTreesQuantileStreamResourceAddSummaries BoostedTreesQuantileStreamResourceDeserialize
    BoostedTreesQuantileStreamResourceFlush BoostedTreesQuantileStreamResourceGetBucketBoundaries
    BoostedTreesQuantileStreamResourceHandleOp BoostedTreesSerializeEnsemble BoostedTreesTrainingPredict
    BoostedTreesUpdateEnsemble BoostedTreesUpdateEnsembleV2 IsBoostedTreesEnsembleInitialized
    IsBoostedTreesQuantileStreamResourceInitialized
    """.split()
)


def definitions():
    """The definitions of all registered operations, as a list of ``OpDef``."""
    buffer = pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())
    return list(op_def_pb2.OpList.FromString(buffer).op)


def texts(definition):
    """The names of the attributes and of the inputs of an operation that are texts."""
    attributes = {attribute.name for attribute in definition.attr if attribute.type in ("string", "list(string)")}
    return attributes, {argument.name for argument in definition.input_arg if argument.type == types_pb2.DT_STRING}


def mark(definition):
    """How an operation is known to be harmless; ``stateless`` for another one that an import may run; or nothing."""
    touches = definition.name in TOUCHES or definition.name.startswith("_")
    if definition.is_stateful:
        return "state" if definition.name in STATEFUL and not touches else ""
    attributes, inputs = texts(definition)
    return "computes" if attributes <= ATTRIBUTES and inputs <= INPUTS and not touches else "stateless"


def text():
    known = sorted(definitions(), key=lambda definition: (definition.name.lower(), definition.name))
    lines = [f"{definition.name} {mark(definition)}".rstrip() for definition in known]
    return "\n".join([f"# TensorFlow {tf.__version__}", *lines]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
