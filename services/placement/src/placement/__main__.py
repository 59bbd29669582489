"""``python -m placement api|worker|migrate|…``"""

from shared.cli import run

from placement.app import service

if __name__ == "__main__":
    run(service)
