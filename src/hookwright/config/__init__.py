"""The project's files → declared resources."""
