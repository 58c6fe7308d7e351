"""The log in a browser: read-only, on this machine, nothing fetched from elsewhere. In: a Store. Out: pages."""
