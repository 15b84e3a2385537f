// Who the journeys are about, by the names that the demo's control page shows. Credentials and mailboxes are read there.

/** Phase 1: existing credentials, nothing done yet. */
export const NEWCOMER = 'Amara Okafor';
/** Phase 1, the same company, the other kind of user: a Program Administrator. */
export const ADMINISTRATOR = 'Marieke de Vries';
/** Phase 2: Enterprise User ID and security code made. */
export const SETTLED = 'Tomás Herrera';
/** Phase 2, as above. */
export const COLLEAGUE = 'Lucía Navarro';
/** Phase 2: ID made, security code still missing, "not now" allowed. */
export const UNFINISHED = 'Diego Salas';
/** Before phase 1: existing credentials open the application as ever. */
export const EARLY = 'Grace Whitfield';

/** The security code of everybody who has one from the start. */
export const SECURITY_CODE = '740 2918';

/** @returns a person who has an Enterprise User ID, with the password that goes with it */
export async function person(world, name) {
  const person = await world.control.person(name);
  return { ...person, userId: person.login };
}

/** @returns a person with existing credentials who will choose this Enterprise User ID */
export async function newcomer(world, name, userId) {
  return { ...(await world.control.person(name)), userId };
}
