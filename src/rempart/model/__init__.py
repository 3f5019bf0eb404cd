"""The words every part of Rempart shares: Finding, Verdict, Exchange, Results. They depend on nothing else."""
