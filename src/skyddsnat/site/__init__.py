"""What agent and party share on a machine of theirs: strict TOML, a durable SQLite file, a journal that shows a change."""
