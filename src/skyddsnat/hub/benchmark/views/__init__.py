"""Pages of benchmarking, and the door through which a browser exchanges sealed things."""
