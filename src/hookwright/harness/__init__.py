"""Sending and receiving deliveries."""
