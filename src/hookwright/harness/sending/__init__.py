"""The checks of a sender: what is created and fired, what a scripted receiver does, and what came over the wire."""
