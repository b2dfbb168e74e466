"""What ``tfckpt.compare.diff`` is made of: two sides, the likely renames between them, and the report.

=================================  ==============================================================================
module                             what it is for
=================================  ==============================================================================
``diff``                           ``diff`` itself: what two sides have in common, and what not
``side``, ``exported``             a side: the variables of a checkpoint or of a graph, in one form for both
``latest``, ``partitions``         which checkpoint of a folder it is; a partitioned variable as one
``values``                         whether two checkpoints have the same values
``obstacle``, ``path``             what stops a restore although all names fit; the path or version of the checkpoint
``importing``                      a graph that cannot be imported or restored into:
``references``, ``elements``       - by what it names and does not have
``arities``, ``shapes``            - by the inputs, outputs and shapes of its operations
``signatures``                     - by their attributes and dtypes
``saveables``                      - by a table or an iterator where a plain Saver looks for variables
``shared``                         - by two variables that are one
``kernels``, ``devices``           - by operations that TensorFlow 2.21 does not have, or not for a CPU; by devices
``names``, ``libraries``           what a variable's name says, and what libraries have renamed
``rules``, ``pattern``             what can differ between two names, and the replacement that it is
``renames``, ``doubt``             which variables are likely the same, and how sure that is
``unclear``                        what speaks against a pair that names propose
``shifted``                        equal names whose numbers may have been counted on
``one_sided``, ``copies``          what one side alone has, and why
``verdict``                        what a restore will do, in a sentence
``var_list``, ``pasted``           the code that restores under other names
``report``, ``words``              the report, and how it names and counts
=================================  ==============================================================================
"""
