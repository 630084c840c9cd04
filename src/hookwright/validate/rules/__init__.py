"""The rules: one rule, one file, named after its id. The registry finds them; nothing lists them."""
