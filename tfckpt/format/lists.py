"""``has_lists``: which values in an HDF5 file are not read, since the HDF5 library ends the program over damaged ones.

Its types for values without a fixed length (``H5T_VLEN``) have a number: 0 for a list, 1 for a text. HDF5 1.14.6 and
2.0.0 take any other number as well, and then take memory for a file and write to it. Such a type may be a part of
another one. h5py takes for a text what has the number 1 only, so texts are read.

Source: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, section IV.A.2.d, class 9
"""

LISTS = (
    "lists, references or the like. Keras writes none, so they are damage in a file of Keras; and damaged ones can end "
    "the program that reads them. If you trust the file, read them with h5py."
)


def has_lists(dtype):
    """Whether the values of a dtype that h5py gives are, or contain, objects. An object that is a text is none.

    Example:

        >>> import h5py
        >>> has_lists(h5py.vlen_dtype("int32")), has_lists(h5py.string_dtype())
        (True, False)
    """
    import h5py

    return dtype.hasobject and not h5py.check_string_dtype(dtype)


def name_of(dtype):
    """The name of a dtype that h5py gives.

    Example:

        >>> import h5py
        >>> name_of(h5py.vlen_dtype("int32")), name_of(h5py.string_dtype())
        ('list', 'string')
    """
    import h5py

    if dtype.kind in "SU" or h5py.check_string_dtype(dtype):
        return "string"
    if not dtype.hasobject:
        return dtype.name
    if h5py.check_ref_dtype(dtype):
        return "reference"
    return "record" if dtype.names else "list"
