"""Pages about members, circles and the legal register."""
