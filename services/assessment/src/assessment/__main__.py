"""``python -m assessment api|worker|migrate|verify``."""

from shared.cli import run

from assessment.app import service

if __name__ == "__main__":
    run(service)
