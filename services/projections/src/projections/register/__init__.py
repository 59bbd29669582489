"""The case register: where every case stands now."""
