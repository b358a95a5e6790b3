"""The desk's pages: routes, templates, and what keeps strangers out."""
