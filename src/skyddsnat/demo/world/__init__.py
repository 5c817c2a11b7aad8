"""The demo's coalition as data in a hub: invented members and people, and two months of their work on synthetic signals."""
