"""Reports: terminal, JSON and HTML draw a `Result`; none computes a score."""
