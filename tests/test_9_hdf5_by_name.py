"""Truth 9, HDF5 as it can be: values without a shape are read, and names that are no UTF-8 are shown."""

import h5py
import numpy as np

from tfckpt import inspect
from tfckpt.readers.hdf5 import Hdf5


def test_values_without_a_shape_are_read(in_folder):
    with h5py.File("m.h5", "w") as file:
        file["none"] = h5py.Empty("f4")
        file["scalar"] = np.float32(3)
    assert inspect("m.h5", verify=True).inspection.problems == ()
    read = Hdf5("m.h5")
    for name in read.entries:
        read.read(name)
    assert read.tensor("scalar") == 3


def test_a_link_whose_file_has_a_name_that_is_no_text(in_folder):
    with h5py.File("m.h5", "w") as file:
        file["x"] = h5py.ExternalLink(b"caf\xc3\xa9.h5", "/y")
        file["z"] = h5py.ExternalLink(b"a\xff.h5", "/y")
    said = " ".join(sentence for _, sentence in Hdf5("m.h5").leads)
    assert "café.h5" in said and "\\xff.h5" in said
