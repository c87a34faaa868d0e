"""Mutation of reference solutions: small changes of a right file, each of which a good suite has to notice.

`text` holds a source and changes it, `registry` the operators, which live in `expressions`, `calls`, `statements` and `modules`;
`making` applies them all, `equivalent` reads which mutants may live, and `hunt` grades the others.
"""
