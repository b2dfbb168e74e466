"""What a message means: the cause with what stands in it, what to do, the next command, the lesson. No TensorFlow."""
