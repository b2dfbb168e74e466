"""The work that the server does once, so that no child forked from it has to. ``start`` loads it for its effect.

No session is opened here: TensorFlow's threads would not survive a fork.
"""

import tensorflow.compat.v1 as tf

from course.crash.interpose import slots_of_tensorflow

slots_of_tensorflow()
with tf.Graph().as_default():  # the modules that TensorFlow loads when they are first used
    tf.get_variable("A", initializer=0, use_resource=False)
    tf.train.Saver()
