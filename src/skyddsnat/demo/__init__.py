"""A whole coalition on loopback: `world` fills a hub, `processes` runs the servers, `story` plays what must hold."""
