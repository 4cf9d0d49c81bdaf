"""Trains the networks of clipid's bundles; apart from the product, which never needs it."""
