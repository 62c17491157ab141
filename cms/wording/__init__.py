"""Chinese text: normal form, words, synonyms, search terms. Pure Python, no framework."""
