// Who the journeys are about. Their credentials and mailboxes come from the demo's control page.

/** Phase 1, existing credentials, nothing done yet. */
export const NEWCOMER = 'Amara Okafor';

/** @returns the person of that name with the Enterprise User ID and password that they use in the journeys */
export async function person(world, name) {
  const person = await world.control.person(name);
  return { ...person, userId: person.login };
}

/** A person who will choose this Enterprise User ID. */
export async function newcomer(world, name, userId) {
  return { ...(await world.control.person(name)), userId };
}
