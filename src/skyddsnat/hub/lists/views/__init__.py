"""Pages for lists that come in and go out."""
