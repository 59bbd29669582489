"""The monitor: the only place where a day passing makes something happen."""
