"""What agent, stop page and party share on a machine of theirs: strict TOML, secrets, bounded answers of a hub, durable files."""
