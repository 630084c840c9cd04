"""The platform's API over HTTP: a client that implements the gateway of ``reconcile`` by its shape.

Nothing is imported here: :mod:`hookwright.api.client` is light, and httpx is loaded when a client is made.
"""
