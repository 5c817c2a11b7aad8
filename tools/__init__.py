"""Tools of the developer: run as `python -m tools.NAME`, mostly by way of the Makefile."""
