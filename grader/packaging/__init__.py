"""Ready-made set-ups for places where submissions are graded: Gradescope, GitHub, GitLab, Docker and Apptainer."""
