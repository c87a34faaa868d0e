"""Which hand-ins to one exercise are alike beyond what stub and class explain: `tokens` reads, `prints` finds the pairs worth a look,
`passages` lays two beside each other, `comparing` decides what is evidence, `records` holds what came of it.

Nothing of a student's is run or compiled here: files are text, read by a lexer, under limits.
"""
