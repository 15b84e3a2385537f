// The steps that a person takes, by what the person sees: labels, buttons, paths.
import assert from 'node:assert/strict';
import { look } from './look.js';

/** What everybody chooses in the journeys; nothing of it is a secret. */
export const CHOSEN = { password: 'seven lanterns along the quay', securityCode: '740 2918' };

/** Fails unless the window stands on `path` of the portal. */
export function assertAt(window, path) {
  assert.equal(new URL(window.page.url()).pathname, path, `the page with the heading "${path}" was expected`);
}

/** How long the page behind a button may take on a busy machine. */
const PAGE_TURNS = 10_000;

/** Presses a button, or follows a link, by its name, and waits for the page behind it; a press that stays is told by time. */
export async function press(window, name) {
  const { page } = window;
  const target = page.getByRole('button', { name, exact: true }).or(page.getByRole('link', { name, exact: true }));
  const turned = page.waitForEvent('framenavigated', { timeout: PAGE_TURNS }).catch(() => null);
  await target.first().click();
  await turned;
}

/** Types existing credentials at the first door. */
export async function useLegacy(world, window, person) {
  await window.page.goto(`${world.demo.portal}/start`);
  await window.page.getByLabel('Existing login name').fill(person.login);
  await window.page.getByLabel('Existing password').fill(person.password);
  await press(window, 'Continue');
}

/** Types Enterprise User ID and password; does not go on to the code. */
export async function usePassword(world, window, { userId, password }) {
  await window.page.goto(`${world.demo.portal}/login`);
  await window.page.getByLabel('Enterprise User ID').fill(userId);
  await window.page.getByLabel('Password', { exact: true }).fill(password);
  await press(window, 'Continue');
}

/** The code, its tag and its mail: the newest one with the tag that the page shows. */
export async function readCode(world, window, person) {
  const slip = await window.page.getByText(/^Code [A-Z][0-9]+ /).first().textContent();
  const [tag] = /[A-Z][0-9]+/.exec(slip);
  return world.inbox.awaitCode(person.email, { tag });
}

/** Types a code, and trusts this browser if asked to. */
export async function enterCode(window, code, { trust = false } = {}) {
  await window.page.locator('input[name=code]').fill(code);
  if (trust) await window.page.getByLabel('Make this a Trusted Device').check();
  await press(window, 'Continue');
}

/** Password, then the code from the mailbox. */
export async function logIn(world, window, person, options) {
  await usePassword(world, window, person);
  assertAt(window, '/login/code');
  const { code } = await readCode(world, window, person);
  await enterCode(window, code, options);
}

/** Ends the session of this window. */
export async function logOut(world, window) {
  const { page } = window;
  await page.goto(`${world.demo.portal}/logout`);
  // The masthead has a link of that name, which only leads here.
  const turned = page.waitForEvent('framenavigated', { timeout: PAGE_TURNS }).catch(() => null);
  await page.getByRole('main').getByRole('button', { name: 'Log out', exact: true }).click();
  await turned;
}

/** The pages of onboarding after the existing credentials, each with what a person does there. */
export const ONBOARDING = [
  {
    path: '/start/profile',
    async act(_world, window, person) {
      await window.page.getByText(person.email).waitFor();
      await press(window, 'Yes, these are right');
    },
  },
  {
    path: '/start/email',
    async act(world, window, person) {
      const { code } = await readCode(world, window, person);
      await enterCode(window, code);
    },
  },
  {
    path: '/start/user-id',
    async act(_world, window, person) {
      await window.page.getByLabel('Enterprise User ID').fill(person.userId);
      await window.page.getByLabel('Password', { exact: true }).fill(CHOSEN.password);
      await press(window, 'Continue');
    },
  },
  {
    path: '/start/security-code',
    async act(_world, window) {
      await window.page.locator('input[name=security_code]').fill(CHOSEN.securityCode);
      await press(window, 'Continue');
    },
  },
  {
    path: '/start/channel',
    async act(_world, window) {
      await press(window, 'Continue');
    },
  },
];

/** Goes from the page where the window stands to the last page of onboarding, or stops at the page `until`. */
export async function onboard(world, window, person, { until = '/start/done' } = {}) {
  const path = () => new URL(window.page.url()).pathname;
  for (const step of ONBOARDING) {
    if (path() === until) return;
    if (path() !== step.path) continue;
    await look(window, step.path.slice(1).replaceAll('/', '-'));
    await step.act(world, window, person);
  }
  assertAt(window, until);
}

/** Leaves the last page of onboarding for the application. */
export async function goOn(window) {
  await window.page.getByRole('main').getByRole('link', { name: /^Go to / }).click();
}

/** Fails unless the window shows the application, as this person. */
export async function assertInApplication(world, window, person) {
  await window.page.waitForURL(`${world.demo.application}/**`);
  await window.page.getByText(person.name).first().waitFor();
}
