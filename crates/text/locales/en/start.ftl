### From existing credentials, or from an invitation, to an Enterprise User ID.

start-step-profile = Check your details
start-step-email = Confirm your e-mail
start-step-user-id = Enterprise User ID
start-step-security-code = Security code
start-step-channel = Confirming logins
start-step-done = Done

## Existing credentials

start-title = Use your existing credentials
start-lead = The login name and password with which you have logged in to { $application } until now.
start-unanswered-title = We could not check this at the moment
start-unanswered = A system that knows the existing login names does not answer. What you typed may be right, and nothing is lost: check it once more, and send it again in { $span }.
start-been-here = Been here before?
start-use-user-id = Log in with your Enterprise User ID
start-existing-login = Existing login name
start-existing-password = Existing password
start-what-comes = What comes next?
start-what-comes-text = It takes about 4 minutes. You can stop at any time: what is finished is kept, and you go on from there next time.
start-no-login = I have never had a login name
start-no-login-text = Then you need an invitation by e-mail. Ask your company’s administrator for one.

## Details

start-profile-title = Are these details yours?
start-profile-lead = We hold them from { $application }. Your login codes will go to this e-mail address.
start-name = Name
start-email = Business e-mail
start-company = Company
start-profile-yes = Yes, these are right
start-profile-no = No, something is wrong
start-profile-what = What happens if something is wrong?
start-profile-what-1 = Your details protect your login, so nobody can change them on this page, not even you. Tell us what is wrong, and the servicing team of your region corrects it.
start-profile-what-2 = When it is done we write to the old and to the new address.
start-profile-tell = Tell the servicing team what is wrong
start-case-open = You have told us that something is wrong: case { $case }. The servicing team of your region is looking at it.

start-wrong-title = What is wrong?
start-wrong-lead = The servicing team of your region checks it and corrects it. They may telephone you, and they never ask for a password or a code.
start-wrong-which = Tick everything that is wrong
start-wrong-name = My name
start-wrong-email = My e-mail address
start-wrong-person = These are not my details
start-wrong-message = What should it be?
start-wrong-message-hint = Up to { $most } characters. Do not write a password or a code here.
start-wrong-send = Send to the servicing team

start-reported-title = Thank you. Your case is { $case }
start-reported-lead = The servicing team of your region has it and will correct your details.
start-case-number = Case number
start-case-number-hint = Have it at hand when you call.
start-case-team = Servicing team
start-case-phone = Telephone
start-case-email = E-mail
start-reported-next = The steps wait for you here until your details are right. You are asked again at each login.
start-reported-not-now = Not now
start-reported-back = Back to my details

## Code to the stored address

start-email-why = The code shows that the mailbox is yours. Nothing is created before that.

## ID and password

start-user-id-title = Choose your Enterprise User ID and password
start-user-id-replaces = They replace your existing login name and password as soon as you continue.
start-user-id-first = With them you log in from now on.
start-user-id-hint = 6 to 40 characters: letters, digits, dots and dashes. Capitals make no difference.
start-user-id-suggestions = Or take one of these, which are free now
start-password-hint = At least { $least } characters. A short sentence works well. You will not be asked to change it every few months.
start-password-rule-length = { $least } characters or more
start-password-rule-list = Not on the list of passwords that are guessed first
start-password-rule-personal = Not made from your name, e-mail address or User ID
start-strength-label = Password strength, 0 to 4
start-strength-words = { $score } of 4
start-stop-any-time = You can stop at any time. We keep what is finished, and you go on from here next time.

## Security code

start-security-code-title = Make your security code
start-security-code-lead = { $least } to { $most } digits that only you know. You need them to get back in if you forget your password or are locked out.
start-security-code-show = Show the code
start-security-code-rule-digits = { $least } to { $most } digits
start-security-code-rule-runs = No runs or repeats, such as 123456 or 777777
start-security-code-rule-dates = No date, and no part of your phone number or User ID
start-security-code-not-otp-title = This is not the code for everyday login
start-security-code-not-otp = That one arrives by e-mail each time. We ask for the security code only when you need to get back in, and never by phone or mail.
start-security-code-not-now = “Not now” works until { $date }. Until you have a security code, a forgotten password can only be put right with your administrator’s help, and codes can only come by e-mail.

## Not now

start-not-now = Not now
start-not-now-until = “Not now” works until { $date }.
start-postpone-title = We advise you to finish now
start-postpone-lead = It takes a few minutes, and it protects you from the day it is done.
start-postpone-means = What “not now” means
start-postpone-no-recovery = Without a security code you cannot get back in by yourself when you forget your password.
start-postpone-email-only = Codes can only come by e-mail.
start-postpone-one-factor = Until you finish, only your existing password protects your login.
start-postpone-asked-again = We ask you again at each login.
start-postpone-until = From { $date } on you must finish before you can go on.
start-postpone-go-on = Finish now
start-postpone-confirm = Not now

## How logins are confirmed

start-channel-title = How do you want to confirm your logins?
start-channel-lead = Choose what is asked for after your password. You can change it in your account at any time.
start-channel-set-up = You set it up now; it takes a minute, and your security code once more.
start-channel-go-on = Continue
start-channel-pick-title = Nothing was chosen
start-channel-pick = Choose one of the ways

## Done

start-done-title = You are ready
start-done-lead = This is how you log in from now on.
start-done-password = The one you have just chosen
start-done-code = One-time code
start-done-codes-from = Asked for from { $date }, by e-mail
start-done-codes-now = By e-mail at each login, unless you use a Trusted Device
start-done-security-code = Keep it to yourself; you need it only to get back in
start-done-go = Go to { $application }
start-done-mail = We have sent you a mail that says the same, without any secret.

## Invitation

start-invite-title = You are invited
start-invite-lead = With this invitation you make your login to { $application }.
start-invite-text = First we send a code to your business address, to see that the invitation reached the right person.
start-invite-go = Send me the code
start-invite-until = The invitation works until { $clock }.
start-invite-closed-title = This invitation does not work
start-invite-closed-lead = It was used already, its time is over, or a newer one took its place.
start-invite-closed-text = If you have made your Enterprise User ID, log in with it. Otherwise ask your company’s administrator for a new invitation.

## Before the change

start-announcement-title = Your login will change
start-announcement-lead = From { $date } we lead you through a few steps to a new, safer login.
start-announcement-text = You need nothing today. When the time comes, have your business mailbox at hand; it takes about 4 minutes.
