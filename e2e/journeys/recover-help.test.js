// Getting back in takes time, or other people: a lost authenticator app goes after a day, and staff vouch for whoever has
// no security code.
import assert from 'node:assert/strict';
import { MINUTES } from '../harness/control.js';
import { choose, setUpApp } from '../harness/factors.js';
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SECURITY_CODE, SETTLED, UNFINISHED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { waitFor } from '../harness/wait.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

const NEW_PASSWORD = 'nine copper kettles whistling';
const PENDING = /^Somebody asked for them and your recovery codes to be removed at /;

const open = (window, path) => window.page.goto(`${world.demo.portal}${path}`);

/** Somebody whose logins are confirmed with an app, and who stays logged in in this window. */
async function withApp(name) {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const home = await world.browser.open();
  await steps.logIn(world, home, who);
  await steps.assertInApplication(world, home, who);
  const code = await setUpApp(world, home, name);
  await choose(world, home, 'Authenticator app');
  await world.control.advance(1);
  return { who, home, code };
}

/** From the page where the recovery asks for the User ID to the one where the mailbox is proven. */
async function proveMailbox(window, who) {
  await window.page.getByLabel('Enterprise User ID').fill(who.userId);
  await steps.press(window, 'Send the code');
  steps.assertAt(window, '/recover/code');
  const { code } = await steps.readCode(world, window, who);
  await steps.enterCode(window, code);
  steps.assertAt(window, '/recover/security-code');
}

/** Where the app is asked for and is not at hand, the page leads to its removal; gives the link that stops it. */
async function askForRemoval(window, who) {
  await steps.usePassword(world, window, who);
  steps.assertAt(window, '/login/app');
  await window.page.getByText('I do not have it with me').click();
  await look(window, 'login-app-lost');
  await steps.press(window, 'Get back in');
  steps.assertAt(window, '/recover');
  await steps.press(window, 'I lost my authenticator app or passkey');
  steps.assertAt(window, '/recover/factor');
  await look(window, 'recover-factor');
  await proveMailbox(window, who);
  await window.page.getByLabel('Security code', { exact: true }).fill(SECURITY_CODE);
  await steps.press(window, 'Continue');
  steps.assertAt(window, '/recover/scheduled');
  await look(window, 'recover-scheduled');
  const subject = /^Your authenticator app and passkeys will be removed at /;
  const mail = await world.inbox.awaitMail(who.email, { subject });
  return mail.text.match(/http\S+\/recover\/cancel\S+/)[0];
}

journey('a lost app that was found again: opening the link changes nothing, its button keeps the app', async () => {
  const { who, home, code } = await withApp('found');
  const window = await world.browser.open();
  const link = await askForRemoval(window, who);

  await window.page.goto(link);
  await look(window, 'recover-cancel');
  await open(home, '/account');
  await home.page.getByText(PENDING).waitFor();
  await look(home, 'account-removal');

  await steps.press(window, 'Do not remove anything');
  await window.page.getByRole('heading', { name: 'Nothing will be removed' }).waitFor();
  await look(window, 'recover-cancelled');
  await open(home, '/account');
  await home.page.getByText(who.email).first().waitFor();
  assert.equal(await home.page.getByText(PENDING).count(), 0, 'nothing waits to be removed');
  await window.page.goto(link);
  await window.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();

  await world.control.advance(MINUTES.day);
  await steps.usePassword(world, window, who);
  steps.assertAt(window, '/login/app');
  await steps.enterCode(window, code(1 + MINUTES.day));
  await steps.assertInApplication(world, window, who);
});

journey('a lost app that nobody keeps is gone a day later, and codes come by mail again', async () => {
  const { who } = await withApp('gone');
  const window = await world.browser.open();
  const link = await askForRemoval(window, who);
  await world.control.advance(MINUTES.day);
  const removed = ({ subject, text }) => /authenticator\s+app\s+was\s+removed/i.test(`${subject} ${text}`);
  const told = async () => {
    // A notice waits a minute for others of its person.
    await world.control.advance(1);
    return (await world.inbox.mails(who.email)).find(removed);
  };
  await waitFor('the mail about the removal', told, { seconds: 30 });
  await steps.logIn(world, window, who);
  await steps.assertInApplication(world, window, who);
  await open(window, '/account/authenticator-app');
  await window.page.getByRole('button', { name: 'Set up an app' }).waitFor();
  await window.page.goto(link);
  await window.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
});

/** One of the two members of staff vouches on the demo's control page. */
async function vouch(desk, name) {
  await desk.page.goto(`${world.demo.inbox}/control`);
  await look(desk, `demo-control-case-${name.split(' ')[0].toLowerCase()}`);
  await desk.page.getByRole('button', { name: `Vouch as ${name}` }).click();
  await desk.page.getByRole('status').waitFor();
}

journey('without a security code two members of staff vouch, and a new password and code follow', async () => {
  await world.control.startOver();
  const who = await person(world, UNFINISHED);
  const [window, desk] = [await world.browser.open(), await world.browser.open()];
  await open(window, '/recover/password');
  await proveMailbox(window, who);
  await steps.press(window, 'Open a case');
  await window.page.getByText('0 of 2').waitFor();

  await vouch(desk, 'Nadia Reyes');
  assert.equal(await desk.page.getByRole('button', { name: 'Vouch as Nadia Reyes' }).count(), 0, 'nobody vouches twice');
  await steps.press(window, 'Look again');
  await window.page.getByText('1 of 2').waitFor();
  await look(window, 'recover-waiting-one');
  await vouch(desk, 'Piet Brouwer');
  await world.inbox.awaitMail(who.email, { subject: /^Case [A-Z0-9]{4}-[A-Z0-9]{4}: you can go on$/ });
  await steps.press(window, 'Look again');
  await window.page.getByRole('heading', { name: 'You can go on' }).waitFor();
  await look(window, 'recover-approved');

  await steps.press(window, 'Continue');
  steps.assertAt(window, '/recover/new-password');
  await window.page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await steps.press(window, 'Save the new password');
  steps.assertAt(window, '/recover/done');
  await steps.logIn(world, window, { ...who, password: NEW_PASSWORD });
  assert.match(new URL(window.page.url()).pathname, /^\/enrol\//, 'the security code is still to be made');
  await steps.press(window, 'Not now');
  await steps.press(window, 'Not now');
  await steps.assertInApplication(world, window, who);
});
