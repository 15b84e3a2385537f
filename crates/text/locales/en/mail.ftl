### Mails. Values are names, codes and moments; the sentences stand here whole. Only <strong> is used as markup,
### through values, because every line goes into the HTML and into the plain-text part.

## On every mail

mail-zone = { $place } time
mail-moment = { $date }, { $clock } ({ $zone })
mail-foot-no-links = { $brand }. This mail holds no links, and we never send attachments.
mail-foot-one-link = { $brand }. This mail holds no other links, and we never send attachments.
mail-foot-help = Help in { $region }: { $reach }, { $hours }
mail-foot-help-region = Help in { $region }: { $reach }

mail-fact-asked = Asked for:
mail-fact-when = When:
mail-fact-browser = Browser:
mail-fact-place = Place, as far as we can tell:
mail-fact-device = Device:
mail-fact-until = Recognised until:
mail-fact-user-id = Your Enterprise User ID:
mail-fact-case = Case:

mail-not-you = Was this not you?
mail-not-me = This was not me
mail-call = Call us now: { $reach }, { $hours }.
mail-call-any-time = Call us now: { $reach }.

## The code for a login

mail-login-code-subject = { $code } is your login code ({ $tag })
mail-login-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-login-code-title = Your login code, { $name }:
mail-login-code-title-plain = is your login code, { $name }.
mail-login-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for one login.
mail-login-code-where = Enter it only on the page that shows the same tag, { $tag }. Nobody will ask you for it: not { $brand }, not the help desk, not your administrator.
mail-login-code-not-you = Then somebody has your password. Give this code to nobody, and do not enter it anywhere: without it they cannot get in. Press the button to end this login; your password then has to be made anew.

## The code that confirms an e-mail address when an Enterprise User ID is made

mail-onboarding-code-subject = { $code } is your code to confirm this address ({ $tag })
mail-onboarding-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-onboarding-code-title = Your code to confirm this e-mail address, { $name }:
mail-onboarding-code-title-plain = is your code to confirm this e-mail address, { $name }.
mail-onboarding-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for making your Enterprise User ID.
mail-onboarding-code-not-you = Then somebody knows your existing password for { $application } and is making a new login in your name. Give this code to nobody: without it they cannot finish. Press the button to end what they have begun.

## Invitation

mail-invitation-subject = Your invitation to { $application }
mail-invitation-preview = { $company } invites you. The link is valid until { $until }.
mail-invitation-title = { $name }, { $company } invites you to { $application }.
mail-invitation-text = Open the page below. It sends a code to this address; then you choose your Enterprise User ID, a password and a security code. It takes about four minutes.
mail-invitation-until = The link works once, until { $until } ({ $zone }).
mail-invitation-button = Make my Enterprise User ID
mail-invitation-not-expected = Did you not expect this?
mail-invitation-not-expected-text = Then leave the link alone; nothing happens without you. Tell us, so that we can find out who asked for it.

## Somebody has begun to make an Enterprise User ID

mail-onboarding-started-subject = Somebody has begun to make your Enterprise User ID
mail-onboarding-started-preview = If it is you, there is nothing to do.
mail-onboarding-started-title = { $name }, your new login for { $application } has been begun.
mail-onboarding-started-text = Somebody logged in with your existing credentials and has begun to make an Enterprise User ID. If it is you, go on; there is nothing to do in this mail.
mail-onboarding-started-not-you = Then somebody knows your existing password. They cannot finish without a code from this mailbox.

## The Enterprise User ID is made

mail-user-id-ready-subject = Your Enterprise User ID is ready
mail-user-id-ready-preview = How to log in to { $application } from now on.
mail-user-id-ready-title = { $name }, your Enterprise User ID is ready.
mail-user-id-ready-text = Log in to { $application } with this ID and your new password. Your existing credentials no longer open anything.
mail-user-id-ready-button = Go to the login page
mail-user-id-ready-not-you = Then somebody else has made a login in your name. We can stop it at once.

## Test

mail-test-subject = Test mail from { $brand }
mail-test-preview = Mail from { $application } arrives here.
mail-test-title = This is a test.
mail-test-text = It was asked for by the operator of { $application }. Mail arrives, and there is nothing else to do.

## A case for the servicing team

mail-case-subject = We have your report: case { $number }
mail-case-preview = The servicing team in { $region } will look at it.
mail-case-title = Thank you, { $name }. We have your report.
mail-case-text = You told us that your name or e-mail address in { $application } is not right. Your servicing team in { $region } will correct it; only they can. Name the case when you call: { $number }.
mail-case-not-you = Then somebody knows your password for { $application }.

## The code of a recovery

mail-recovery-code-subject = { $code } is your code to get back in ({ $tag })
mail-recovery-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-recovery-code-title = Your code to get back in, { $name }:
mail-recovery-code-title-plain = is your code to get back in, { $name }.
mail-recovery-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for recovering your login.
mail-recovery-code-not-you = Then somebody knows your Enterprise User ID and tries to recover your login. Give this code to nobody: without it they come no further, and with it they would still need your security code. Nothing has changed.

## The code before a password, while somebody guesses

mail-confirm-code-subject = { $code } is your code to confirm it is you ({ $tag })
mail-confirm-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-confirm-code-title = Your code to confirm it is you, { $name }:
mail-confirm-code-title-plain = is your code to confirm it is you, { $name }.
mail-confirm-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for one change in your account.
mail-confirm-code-not-you = Then somebody is logged in with your User ID. Give this code to nobody, and do not enter it anywhere. Press the button to end that session; your password then has to be made anew.

mail-door-code-subject = { $code } is your code before the password ({ $tag })
mail-door-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-door-code-title = Your code before the password, { $name }:
mail-door-code-title-plain = is your code before the password, { $name }.
mail-door-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for trying your password on this browser.
mail-door-code-why = Many wrong passwords were entered for your name. So that nobody can go on guessing, a browser that is not one of your Trusted Devices has to enter this code first.
mail-door-code-not-you = Then leave it: whoever guesses cannot go on without this code. Your Trusted Devices log in as always.

## All Enterprise User IDs of an address

mail-user-ids-subject = Your Enterprise User IDs
mail-user-ids-preview = As you asked. The mail also leads to a new password.
mail-user-ids-title = { $name }, these are the Enterprise User IDs of this address.
mail-user-ids-text = Log in to { $application } with one of them and its password.
mail-user-ids-go-on = Forgotten the password too? The button leads on, once, until { $until } ({ $zone }). You then need your security code.
mail-user-ids-others = Somebody else at this address has no Enterprise User ID yet, and logs in with the existing credentials.
mail-user-ids-button = Make a new password
mail-user-ids-none-title = { $name }, this address has no Enterprise User ID yet.
mail-user-ids-none-text = Log in with the credentials that you have used for { $application } until now, or with your invitation. The steps there make your Enterprise User ID.
mail-user-ids-start = Use my existing credentials
mail-user-ids-not-you = Then somebody typed your address. They learned nothing by it, and nothing has changed.

## A recovery that needs staff

mail-recovery-case-subject = Case { $number }: help to get back in
mail-recovery-case-preview = Call us and name the case.
mail-recovery-case-title = { $name }, we help you back in: case { $number }.
mail-recovery-case-text = Your login for { $application } is being recovered without a security code. Two members of the servicing team have to vouch for you. Name the case when you call: { $number }.
mail-recovery-case-asks = We ask for your name, your company, and something that only you and your company know. We never ask for a password, a code or your security code.
mail-recovery-case-not-you = Then somebody reads your mail and tries to recover your login. Without us they cannot go on.

mail-case-approved-subject = Case { $number }: you can go on
mail-case-approved-preview = In the browser where you began, until { $until }.
mail-case-approved-title = { $name }, you can go on.
mail-case-approved-text = Staff have vouched for you. Go on in the browser where you began, until { $until } ({ $zone }), and choose a new password.
mail-case-approved-not-you = Then stop this at once.

mail-case-refused-subject = Case { $number } was refused
mail-case-refused-preview = We could not make sure that it is you. Nothing has changed.
mail-case-refused-title = { $name }, case { $number } was refused.
mail-case-refused-text = The servicing team could not make sure that it is you who asked to get back in. Nothing has changed. If it was you, call us and name the case, or open another.
mail-case-refused-not-you = Then somebody reads your mail, and tried to recover your login. They did not come further.

## A lost authenticator app or passkey

mail-factor-removal-subject = Your authenticator app and passkeys will be removed at { $until }
mail-factor-removal-preview = If you did not ask for this, stop it now.
mail-factor-removal-title = { $name }, your authenticator app and passkeys will be removed.
mail-factor-removal-text = You said that you lost your authenticator app or passkey. At { $until } ({ $zone }) they and your recovery codes are removed, and codes go to this address again. Until then nothing changes, and you can stop it.
mail-factor-removal-stop = Then somebody reads your mail and knows your security code. Stop it with the button, then change your security code.
mail-factor-removal-button = Do not remove anything
