"""How a case goes. Each story is told into a diary and ends where history ends."""
