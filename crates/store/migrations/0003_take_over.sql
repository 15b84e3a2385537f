-- Taking over the users of an application: imports, live legacy sources, rollouts in waves, rotation of keys.

