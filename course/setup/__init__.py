"""What runs before anything is installed: the set-up of the environment. Standard library only.

================  ==============================================================================
module            what it is
================  ==============================================================================
``checkout``      the course's folder, and the two environments that are made in it
``requirements``  what each command needs to be installed, and what of it is missing
``install``       the set-up, step by step, then the command in its environment
``uv``            its second step, where uv can do it: pip's configuration in uv's words
``run_command``   a step behind a line of progress, and what its failure means
``usage``         the list of commands, and what ``--help`` makes of it
``doctor``        what is here, what is missing and what to type; more of it after the set-up
``git``           git, asked where the course is a clone
``origin``        where a clone came from: the addresses of its pages and of its Binder
``__main__``      ``tfckpt``, in an environment that has what it needs
================  ==============================================================================
"""
