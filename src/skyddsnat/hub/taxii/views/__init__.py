"""What each TAXII resource answers.  `resource` has checked token, method and Accept before any of these runs."""
