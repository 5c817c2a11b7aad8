"""One base; `production`, `demo` and `test` change a few lines each."""
