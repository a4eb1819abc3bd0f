from tests.service.fairness.conftest import built_world, protective_world, world


__all__ = ["built_world", "protective_world", "world"]
