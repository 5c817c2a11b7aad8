"""Pages of signals: parse, ask the service or the query, render."""
