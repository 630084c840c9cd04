"""The inspector's pages: what there is to see of received deliveries, as HTML."""
