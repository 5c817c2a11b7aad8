"""Wire formats of confidential benchmarking: what is signed, hashed and opened (docs/benchmarking/protocol.md)."""
