"""The checks of receivers, a family to a file; each file names its checks as ``CHECKS``."""
