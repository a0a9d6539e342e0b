"""Who may call what: every URL of the site, by every role and by nobody."""
