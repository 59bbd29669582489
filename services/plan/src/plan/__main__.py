"""``python -m plan api|worker|migrate|…``"""

from shared.cli import run

from plan.app import service

if __name__ == "__main__":
    run(service)
