"""Examples: small applications to copy from, no part of the package."""
