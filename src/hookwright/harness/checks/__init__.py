"""Conformance checks: receivers and senders of deliveries put to the proof, on the bytes of the wire."""
