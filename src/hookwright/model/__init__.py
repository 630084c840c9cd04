"""The data that the layers hand to each other: frozen dataclasses, no behaviour beyond reading themselves."""
