"""A whole consultation as a file that another office can read (docs/exchange.md)."""
