"""Report formats of the exchange catalogue, filled as far as the data goes: month, hotline, transparency; and their files."""
