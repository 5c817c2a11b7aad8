"""Swedish formats that differ from Django's: a short date with its time."""

SHORT_DATETIME_FORMAT = "Y-m-d H:i"
