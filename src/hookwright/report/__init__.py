"""Data → text. One file per format."""
