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
mail-call = Call us now: { $reach }, { $hours }.
mail-call-any-time = Call us now: { $reach }.

## The code for a login

mail-login-code-subject = { $code } is your login code ({ $tag })
mail-login-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-login-code-title = Your login code, { $name }:
mail-login-code-title-plain = is your login code, { $name }.
mail-login-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for one login.
mail-login-code-where = Enter it only on the page that shows the same tag, { $tag }. Nobody will ask you for it: not { $brand }, not the help desk, not your administrator.
mail-login-code-not-you = Then somebody has your password. Give this code to nobody, and do not enter it anywhere: without it they cannot get in.

## The code that confirms an e-mail address when an Enterprise User ID is made

mail-onboarding-code-subject = { $code } is your code to confirm this address ({ $tag })
mail-onboarding-code-preview = Code { $tag }, valid until { $until }. Nobody will ask you for it.
mail-onboarding-code-title = Your code to confirm this e-mail address, { $name }:
mail-onboarding-code-title-plain = is your code to confirm this e-mail address, { $name }.
mail-onboarding-code-tag = Code { $tag }, valid until { $until } ({ $zone }), for making your Enterprise User ID.
mail-onboarding-code-not-you = Then somebody knows your existing password for { $application } and is making a new login in your name. Give this code to nobody: without it they cannot finish.

## Invitation

mail-invitation-subject = Your invitation to { $application }
mail-invitation-preview = { $company } invites you. The link is valid until { $until }.
mail-invitation-title = { $name }, { $company } invites you to { $application }.
mail-invitation-text = Open the page below. It sends a code to this address; then you choose your Enterprise User ID, a password and a security code. It takes about three minutes.
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
mail-user-id-ready-text = Log in to { $application } with this ID and your new password. Your former credentials no longer open anything.
mail-user-id-ready-button = Go to the login page
mail-user-id-ready-not-you = Then somebody else has made a login in your name. We can stop it at once.

## A new Trusted Device

mail-new-device-subject = A new Trusted Device for your login
mail-new-device-preview = { $device } is recognised until { $until }.
mail-new-device-title = { $name }, a browser is now a Trusted Device.
mail-new-device-text = It logs in to { $application } with your ID and password, without a code. You can end this at any time, on the page of your account.
mail-new-device-not-you = Then somebody has your password and read a code sent to you. Change your password, and remove the device on the page of your account.

## A copy of a Trusted Device was used

mail-device-alarm-subject = We no longer trust one of your devices
mail-device-alarm-preview = An old copy of { $device } was used.
mail-device-alarm-title = { $name }, we no longer trust { $device }.
mail-device-alarm-text = An old copy of what makes us recognise this browser was used. That happens when a computer is restored from a backup, or when somebody has copied the browser's data. To be safe, we removed the device. Your next login there asks for a code.
mail-device-alarm-check = Was nothing restored?
mail-device-alarm-check-text = Then have the computer checked for malware before you use it to log in, and change your password from another one.

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
