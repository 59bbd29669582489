"""``python -m assessment api|worker|migrate|verify``."""

from shared.service import run

from assessment.app import service

if __name__ == "__main__":
    run(service)
