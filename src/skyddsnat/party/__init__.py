"""The computing party's program: approves rounds, keeps its keys, runs one computation an input root, forgets afterwards."""
