"""Alternative provision: who provides it, who is referred to it, what they get and where they go afterwards."""
