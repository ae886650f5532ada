"""Takes the place of py-polars' own file, which reads the machine's processor by ctypes. The guest has neither, and
`polars` would skip the rest of its start-up with that import."""


def check_cpu_flags():
    pass


def get_lts_cpu():
    return False
