"""The platform behind the Gateway protocol."""
