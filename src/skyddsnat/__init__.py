"""Skyddsnät: a coalition's shared work against the sexual exploitation of children online."""

__version__ = "0.1.0"
