"""``python -m placement api|worker|migrate|…``"""

from shared.service import run

from placement.app import service

if __name__ == "__main__":
    run(service)
