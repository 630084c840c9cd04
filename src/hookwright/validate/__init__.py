"""Documents and declarations → findings."""
