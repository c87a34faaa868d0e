"""What a class has handed in: reads what learning platforms export, joins it with a roster, says which file counts for whom and why."""
