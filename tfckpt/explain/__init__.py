"""What a message means: the cause with what stands in it, what to do, the next command, the lesson. No TensorFlow.

==============================  =================================================================
module                          what it is for
==============================  =================================================================
``source``, ``lines``           the text: where it comes from, and without colors, logs and frames
``translated``                  an operating system's own errors in other languages, in English
``folds``, ``failures``         its lines put together again; the errors that it tells of
``find``, ``patterns``          which message of the catalog it is, and which causes fit
``cut``, ``retyped``            messages of which a part is missing, or that were typed
``prefixes``                    the checkpoint's prefix, paths of Windows too
``audience``, ``which_tf``      who reads: with which version, and what ``tf`` is there
``filled``                      the advice with the reader's own names, quoted for their shell
``nearest``                     what is like a message that is not known
``symptoms``                    what a text tells in words, where no message came
``catalog``, ``explanation``    ``tfckpt/messages`` as objects; the answer, to read
==============================  =================================================================
"""
