"""The platform on this machine: its API and its deliveries, written from its documentation."""
