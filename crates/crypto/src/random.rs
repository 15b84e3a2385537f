//! The random source as a parameter: the system's in production, a seeded one in tests.
