"""How well and how fast `cms.wording.grouping` groups, on collections made for it."""
