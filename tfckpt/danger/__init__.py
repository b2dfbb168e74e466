"""What a file would do to the machine that loads it: operations and code that touch files, network or Python.

=====================  ==============================================================================
module                 what it is for
=====================  ==============================================================================
``audit``              the suspects among a graph's operations, and when each of them runs
``side_effects``       which operations are known to be harmless, and what the others touch
``starts``             what of a graph is run from outside: Savers, signatures, initializers
``reachability``       what else runs with it
``origins``            where an operation's inputs come from: the names of the files that it touches
``expected``           what a Saver and a loader do by themselves, which is no suspect
``saver_only``         what is run by a save or a restore and by nothing else
``keras_files``        where a model's configuration stands
``keras_code``         what of it is not known to compute only
``tensorflow_layers``  its layers that wrap a function of TensorFlow
``keras_strings``      the names in it that Keras does not have
``two_files``          files that are two in one
=====================  ==============================================================================
"""
