"""What a class has earned, and the files that learning platforms take it back in."""
