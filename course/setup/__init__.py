"""What runs before anything is installed: the set-up of the environment. Standard library only, but for doctor."""
