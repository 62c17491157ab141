"""Loads the demo through the actions, as officials and citizens would have made it."""
