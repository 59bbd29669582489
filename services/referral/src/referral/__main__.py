"""``python -m referral api|worker|migrate|verify``."""

from shared.cli import run

from referral.app import service

if __name__ == "__main__":
    run(service)
