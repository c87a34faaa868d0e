"""The students' copy of a course: what is public, what is secret, and the proof that the one holds nothing of the other."""
