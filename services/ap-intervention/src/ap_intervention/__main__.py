"""``python -m ap_intervention api|worker|migrate|…``"""

from shared.cli import run

from ap_intervention.app import service

if __name__ == "__main__":
    run(service)
