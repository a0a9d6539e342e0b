"""The ways in which CRM numbers go wrong, a data set against each: small, written by hand, checked by hand."""
