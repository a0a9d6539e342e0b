"""Charts: one specification for each kind, the same for a browser, a PDF, an e-mail and a notebook."""
