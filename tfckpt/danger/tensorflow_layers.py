"""What the layers of Keras 2 do that wrap a function or an operation of TensorFlow: ``TFOpLambda`` and
``TensorFlowOpLayer``."""

from tfckpt.danger.side_effects import TOUCHES, harmless_types
from tfckpt.format.wire import single, text

LONGEST = 120
# Modules of TensorFlow whose functions compute.
MODULES = {
    *"__operators__ math nn linalg strings image signal sparse ragged random bitwise dtypes quantization sets".split(),
}
# Functions of ``tf`` itself that compute.
FUNCTIONS = set(
    """abs acos acosh add add_n argmax argmin argsort asin asinh atan atan2 atanh batch_to_space bitcast boolean_mask
    broadcast_to cast clip_by_global_norm clip_by_norm clip_by_value complex concat constant convert_to_tensor cos cosh
    cumsum divide dynamic_partition dynamic_stitch edit_distance eig eigvals einsum ensure_shape equal exp expand_dims
    eye fill fingerprint floor gather gather_nd greater greater_equal histogram_fixed_width identity identity_n less
    less_equal linspace logical_and logical_not logical_or matmul maximum meshgrid minimum multiply negative norm
    not_equal one_hot ones ones_like pad parallel_stack pow range rank realdiv reduce_all reduce_any reduce_logsumexp
    reduce_max reduce_mean reduce_min reduce_prod reduce_sum repeat reshape reverse reverse_sequence roll round
    saturate_cast scalar_mul scatter_nd searchsorted sequence_mask shape shape_n sigmoid sign sin sinh size slice sort
    space_to_batch space_to_batch_nd split sqrt square squeeze stack stop_gradient strided_slice subtract tan tanh
    tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub tensor_scatter_nd_update
    tensordot tile timestamp transpose truediv truncatediv truncatemod unique unique_with_counts unravel_index unstack
    where zeros zeros_like""".split()
)


def symbol_of_layer(config):
    """What a ``TFOpLambda`` calls that is not known to compute only, a piece of a sentence; or an empty text."""
    name = config.get("function")
    if not isinstance(name, str):
        return "calls a function of TensorFlow that it does not name"
    first, _, rest = name.removeprefix("tf.").removeprefix("compat.").removeprefix("v1.").partition(".")
    if rest and first in MODULES or not rest and first in FUNCTIONS:
        return ""
    return f"calls tf.{name[:LONGEST]}, which is not known to be harmless"


def op_of_layer(config):
    """What a ``TensorFlowOpLayer`` does that is not known to compute only, a piece of a sentence; or an empty text."""
    node = config.get("node_def")
    kind = node.get("op") if isinstance(node, dict) else None
    if isinstance(node, str):
        try:
            kind = text(single(node.encode("utf-8"), repeated=(3, 5)).get(2, b""))
        except ValueError:
            kind = None
    if not isinstance(kind, str):
        return "runs an operation of TensorFlow that it does not name"
    if kind in harmless_types():
        return ""
    does = TOUCHES[kind].does if kind in TOUCHES else "is not known to be harmless"
    return f"runs the operation {kind[:LONGEST]!r}, which {does}"
