"""Forms of signals.  They parse; what may be done is policy's."""
