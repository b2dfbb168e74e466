"""``device_of``: where TensorFlow puts an operation that a device is written to, or why it does not read what is there.

Source: ``DeviceSpecV2._string_to_components`` in
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/framework/device_spec.py
"""

TYPES = ("CPU", "GPU", "TPU", "CUSTOM", "EPU")  # that may stand without the word "device"
PARTS = ("job", "replica", "task")
# What each part may be where there is one process, and a CPU.
HERE = {"job": (None, "*", "localhost"), "replica": (None, 0), "task": (None, 0), "type": (None, "*", "CPU", "cpu")}


class NoDevice(ValueError):
    """A text that TensorFlow does not take for a device."""


def device_of(text):
    """The parts of a device's name, a dict. Raises NoDevice, as an import of a graph with this text raises ValueError.

    Example:

        >>> device_of("/job:ps/task:1/gpu:0")
        {'job': 'ps', 'task': 1, 'type': 'GPU', 'index': 0}
    """
    found = {}
    for part in text.split("/"):
        name, *values = part.split(":")
        if name in PARTS and len(values) == 1:
            found[name] = values[0] if name == "job" else number(values[0])
        elif name == "device" and len(values) == 2 or len(values) < 2 and name.upper() in TYPES:
            if "type" in found:
                raise NoDevice("it has two types of devices")
            found["type"] = values[0] if name == "device" else name.upper()
            found["index"] = None if values[-1:] == ["*"] or len(values) < 1 else number(values[-1])
        elif name:
            raise NoDevice(f"{name!r} is no part of a device's name")
    return found


def number(text):
    try:
        return int(text)
    except ValueError:
        raise NoDevice(f"{text!r} is no number") from None


def is_here(device):
    """Whether every machine has a device, given as ``device_of`` returns it.

    Example:

        >>> is_here(device_of("/job:localhost/replica:0/task:0/device:CPU:0")), is_here(device_of("/cpu:1"))
        (True, False)
    """
    return device.get("index") in (None, 0) and all(device.get(part) in known for part, known in HERE.items())
