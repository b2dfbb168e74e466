"""Writes ``tfckpt/danger/keras_objects.txt``: the classes and functions of Keras that compute, and do nothing else.

    python tests/known_keras.py

The rule. A class is harmless if Keras exports it from one of ``MODULES``, or if it is an operation of ``keras.ops``; a
function, if Keras exports it from one of ``FUNCTION_MODULES``; and if it does not stand in ``NAMED``, which was looked
through one by one. The layers of the models in ``keras.applications`` compute as well. ``OLDER_…`` are those of Keras
1, Keras 2 and tf_keras, which the installed Keras lacks. All others are named when a file has them. The names by which
Keras finds an activation, a loss and so on are listed as they are.

A test holds the file against the installed Keras.
"""

import inspect
from pathlib import Path

import keras
from keras.src import activations, api_export, constraints, initializers, losses, metrics, optimizers, regularizers
from keras.src.layers.layer import Layer
from keras.src.ops.operation import Operation

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "danger" / "keras_objects.txt"
MODULES = {
    "keras.constraints", "keras.distillation", "keras.dtype_policies", "keras.initializers", "keras.layers",
    "keras.losses", "keras.metrics", "keras.optimizers", "keras.optimizers.schedules", "keras.quantizers",
    "keras.random", "keras.regularizers", "keras._legacy.layers",
}  # fmt: skip
ROOT = {"DTypePolicy", "FloatDTypePolicy", "Function", "Model", "Sequential"}  # of those that Keras exports at its top
UTILITIES = {"FeatureSpace", "Feature", "Cross", "TFDIdentity"}
FUNCTION_MODULES = {"keras.activations", "keras.losses", "keras.metrics", "keras.ops", "keras.ops.image"}
# Where Keras looks for what a configuration names by a text, such as "activation": "relu".
BY_NAME = {
    "activation": activations, "constraint": constraints, "initializer": initializers, "loss": losses,
    "metric": metrics, "optimizer": optimizers, "regularizer": regularizers,
}  # fmt: skip
# Those that run what a file or a text says, or that take a function, or make an object of a name.
NAMED = {
    "Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer",
    "deserialize", "serialize", "get", "custom_gradient", "cond", "map", "scan", "associative_scan", "fori_loop",
    "while_loop", "switch", "vectorize", "vectorized_map", "convert_to_numpy",
    "Cond", "Map", "Scan", "AssociativeScan", "ForiLoop", "WhileLoop", "Switch", "VectorizedMap", "JVP", "VJP",
}  # fmt: skip
OLDER_CLASSES = """
    Functional Model Sequential Network InputLayer Layer Graph
    AtrousConvolution1D AtrousConvolution2D Convolution1D Convolution2D Convolution3D Convolution2DTranspose
    Deconvolution2D SeparableConvolution1D SeparableConvolution2D LocallyConnected1D LocallyConnected2D Highway
    MaxoutDense TimeDistributedDense ParametricSoftplus ThresholdedReLU SReLU ConvRecurrent2D CuDNNGRU CuDNNLSTM
    ConvLSTM2DCell ConvLSTMCell DenseFeatures GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D
    GlobalMaxPool2D GlobalMaxPool3D AvgPool1D AvgPool2D AvgPool3D MaxPool1D MaxPool2D MaxPool3D AbstractRNNCell
    PeepholeLSTMCell UnitNormalization SyncBatchNormalization RandomHeight RandomWidth
    BatchNormalizationV1 BatchNormalizationV2 LSTMV2 GRUV2 LSTMCellV2 GRUCellV2 AddLoss AddMetric ActivityRegularizer
    WeightRegularizer ThresholdedReLU SlicingOpLambda InstanceProperty
    Zero One Uniform Normal RandomUniformV2 RandomNormalV2 TruncatedNormalV2 VarianceScalingV2 OrthogonalV2 IdentityV2
    GlorotUniformV2 GlorotNormalV2 HeUniformV2 HeNormalV2 LecunUniformV2 LecunNormalV2 ConstantV2 ZerosV2 OnesV2
    RadialConstraint TFOptimizer LossFunctionWrapper SumOverBatchSize SumOverBatchSizeMetricWrapper MeanTensor
    MeanRelativeError Policy PolicyV1 LossScaleOptimizerV1 LossScaleOptimizerV3 DynamicLossScale FixedLossScale
    NoisyLinearCosineDecay LinearCosineDecay
""".split()
OLDER_FUNCTIONS = """
    mse mae mape msle cosine kld kullback_leibler_divergence cosine_proximity logcosh swish acc accuracy
    glorot_uniform glorot_normal he_normal he_uniform lecun_uniform lecun_normal orthogonal identity zero one uniform
    normal l1 l2 l1l2 l1_l2 maxnorm nonneg unitnorm max_norm non_neg unit_norm softmax_v2
""".split()


def names():
    """The names of the classes and of the functions of the installed Keras that are harmless: two sets."""
    classes, functions = set(ROOT | UTILITIES), set()
    for path, found in api_export.REGISTERED_NAMES_TO_OBJS.items():
        module, _, name = path.rpartition(".")
        if inspect.isclass(found) and module in MODULES:
            classes |= {name, found.__name__}  # an .h5 has the class's own name
        elif not inspect.isclass(found) and module in FUNCTION_MODULES:
            functions.add(name)
    for found in operations(Operation):
        if found.__module__.startswith("keras.src.ops."):
            classes.add(found.__name__)
    classes |= {found.__name__ for found in of_applications()}
    return classes - NAMED, functions - NAMED


def of_applications():
    """The layers that the models of ``keras.applications`` are made of, and that Keras exports nowhere."""
    modules = [found for _, found in inspect.getmembers(keras.src.applications, inspect.ismodule)]
    found = {each for module in modules for _, each in inspect.getmembers(module, inspect.isclass)}
    return {each for each in found if each.__module__.startswith("keras.src.applications.") and issubclass(each, Layer)}


def operations(cls):
    for found in cls.__subclasses__():
        yield found
        yield from operations(found)


def text():
    classes, functions = names()
    lines = [f"class {name}" for name in sorted(classes | set(OLDER_CLASSES))]
    lines += [f"function {name}" for name in sorted(functions | set(OLDER_FUNCTIONS))]
    for what, module in BY_NAME.items():
        lines += [f"{what} {name}" for name in sorted(module.ALL_OBJECTS_DICT)]
    return "\n".join([f"# Keras {keras.__version__}", *lines]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
