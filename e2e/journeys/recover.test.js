// Getting back in: the mailbox, then the security code, then a new password, and a login like every other.
import { journey } from '../harness/journey.js';
import { look } from '../harness/look.js';
import { SECURITY_CODE, SETTLED, UNFINISHED, person } from '../harness/people.js';
import * as steps from '../harness/steps.js';
import { world as startWorld } from '../harness/world.js';

const world = startWorld();

const NEW_PASSWORD = 'nine copper kettles whistling';

async function typeUserId(window, who) {
  await window.page.getByLabel('Enterprise User ID').fill(who.userId);
  await steps.press(window, 'Send the code');
  steps.assertAt(window, '/recover/code');
}

async function typeSecurityCode(window, code) {
  steps.assertAt(window, '/recover/security-code');
  await window.page.getByLabel('Security code', { exact: true }).fill(code);
  await steps.press(window, 'Continue');
}

async function chooseAndLogIn(window, who) {
  steps.assertAt(window, '/recover/new-password');
  await look(window, 'recover-new-password');
  await window.page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
  await steps.press(window, 'Save the new password');
  steps.assertAt(window, '/recover/done');
  await look(window, 'recover-done');
  await steps.logIn(world, window, { ...who, password: NEW_PASSWORD });
  await steps.assertInApplication(world, window, who);
}

for (const javaScript of [true, false]) {
  journey(`a forgotten password, JavaScript ${javaScript ? 'on' : 'off'}`, async () => {
    await world.control.startOver();
    const who = await person(world, SETTLED);
    const window = await world.browser.open({ javaScript });
    await window.page.goto(`${world.demo.portal}/recover`);
    await steps.press(window, 'I forgot my password');
    await look(window, 'recover-password');
    await typeUserId(window, who);
    await look(window, 'recover-code');
    await steps.enterCode(window, '000000');
    await window.page.getByRole('alert').waitFor();
    await look(window, 'recover-code-wrong');
    const { code } = await steps.readCode(world, window, who);
    await steps.enterCode(window, code);
    await look(window, 'recover-security-code');
    await typeSecurityCode(window, '83051726');
    await window.page.getByRole('alert').waitFor();
    await look(window, 'recover-security-code-wrong');
    await typeSecurityCode(window, SECURITY_CODE);
    await chooseAndLogIn(window, who);
  });
}

journey('a forgotten User ID: the mail names it and leads on', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  await window.page.goto(`${world.demo.portal}/recover/user-id`);
  await look(window, 'recover-user-id');
  await window.page.getByLabel('Your business e-mail address').fill(who.email);
  await steps.press(window, 'Mail them to me');
  steps.assertAt(window, '/recover/user-id/sent');
  await look(window, 'recover-user-id-sent');
  const mail = await world.inbox.awaitMail(who.email, { subject: /^Your Enterprise User IDs$/ });
  const [link] = mail.text.match(/http\S+\/recover\/continue\S+/);
  await window.page.goto(link);
  await look(window, 'recover-continue');
  await steps.press(window, 'Continue');
  await typeSecurityCode(window, SECURITY_CODE);
  await chooseAndLogIn(window, who);
});

journey('a paused login leads to recovery, which ends the pause', async () => {
  await world.control.startOver();
  const who = await person(world, SETTLED);
  const window = await world.browser.open();
  for (let tries = 0; tries < 5; tries += 1) await steps.usePassword(world, window, { ...who, password: 'not the password' });
  await window.page.getByRole('heading', { name: /^Login is paused until / }).waitFor();
  await look(window, 'login-locked-passwords');
  await steps.press(window, 'Do not wait: get back in now');
  steps.assertAt(window, '/recover/unlock');
  await look(window, 'recover-unlock');
  await typeUserId(window, who);
  const { code } = await steps.readCode(world, window, who);
  await steps.enterCode(window, code);
  await typeSecurityCode(window, SECURITY_CODE);
  // Five wrong passwords in a minute are a browser's own limit, which is not the account's to end.
  await world.control.advance(1);
  await chooseAndLogIn(window, who);
});

journey('without a security code a case is opened for the servicing team', async () => {
  await world.control.startOver();
  const who = await person(world, UNFINISHED);
  const window = await world.browser.open();
  await window.page.goto(`${world.demo.portal}/recover/password`);
  await typeUserId(window, who);
  const { code } = await steps.readCode(world, window, who);
  await steps.enterCode(window, code);
  steps.assertAt(window, '/recover/security-code');
  await look(window, 'recover-staff');
  await steps.press(window, 'Open a case');
  await window.page.getByRole('heading', { name: 'Your case is open' }).waitFor();
  await look(window, 'recover-waiting');
  await world.inbox.awaitMail(who.email, { subject: /^Case [A-Z0-9]{4}-[A-Z0-9]{4}: help to get back in$/ });
});
