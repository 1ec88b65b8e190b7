"""Argon2 with the least cost that is still Argon2: tests check who gets in, not how long it takes to guess."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Same algorithm and format, tiny cost."""

    time_cost, memory_cost, parallelism = 1, 64, 1
