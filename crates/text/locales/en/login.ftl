### Logging in with an Enterprise User ID, the code, and the pause after too many wrong tries.

login-title = Log in
login-about = About this login
login-to = Logging in to
login-as = As
login-not-you = Not you?
login-from = From
login-first-time = First time here?
login-use-existing = Use your existing credentials
login-user-id = Enterprise User ID
login-password = Password
login-show-password = Show password
login-next = Next: a one-time code or your passkey, unless this is a Trusted Device.
login-forgotten = I have forgotten my User ID or password
login-forgotten-text = Your User ID is mailed to your business address. For a new password you need your mailbox and your security code. <a href="{ $recover }">Get back in</a>
login-old-name = I have no Enterprise User ID yet
login-old-name-text = The names that the application used until now work at the other door: <a href="{ $start }">use your existing credentials</a>.

## Why this page is shown

login-notice-idle-title = You have been logged out
login-notice-idle = Nothing was done for { $span }, so we closed the session. What you had saved is still there.
login-notice-total-title = Please log in again
login-notice-total = A session lasts { $span } at most, and yours has reached that. What you had saved is still there.
login-notice-revoked-title = You have been logged out
login-notice-revoked = This session was ended from elsewhere: by you on another device, by a change to your login, or by your administrator.
login-notice-attempt-title = Please start again
login-notice-attempt = The login was left open for too long, so we closed it. Nothing is lost.
login-notice-user-id-title = Use your Enterprise User ID
login-notice-user-id = You have made one, and it took the place of your existing login name and password. They no longer open anything.

## The code

login-code-title = Enter the code we sent you
login-code-where = { $digits } digits, to
login-code-where-spoken = your business address, which begins with { $first } and ends in { $last }, at a domain that begins with { $domain }
login-code-where-spoken-first = your business address, which begins with { $first }, at a domain that begins with { $domain }
login-code-where-spoken-domain = your business address at a domain that begins with { $domain }
login-code-where-spoken-plain = your business address
login-slip-tag = Code <strong>{ $tag }</strong>
login-slip-sent = sent { $clock }
login-slip-valid = Valid until { $clock }
login-slip-left = ({ $span } left)
login-slip-over = (no longer valid)
login-slip-same-tag = The mail shows the same tag. It can take a minute.
login-delivery-queued = Waiting to be sent
login-delivery-retrying = Your mail server did not take it yet; we try again
login-delivery-handed-over = Handed to your mail server
login-delivery-failed = Could not be delivered
login-code-expired-title = Code { $tag } is no longer valid
login-code-expired = It worked until { $clock }. Ask for a new one.
login-code-superseded-title = Code { $tag } was replaced
login-code-superseded = A newer code was sent. Enter that one on the page that asked for it, or ask for another here.
login-code-used-up-title = Code { $tag } was entered wrong too often
login-code-used-up = It no longer works. Ask for a new one.
login-code-not-sent-title = No code is on its way
login-code-not-sent = Several codes were asked for, so the next one has to wait. The codes sent before no longer work.
login-trust = Make this a Trusted Device
login-trust-hint = This browser will not be asked for a code until { $date }. Leave this empty on a shared or public computer.
login-no-code = No code yet?
login-resend = Send a new code
login-resend-allowed = You can ask for { $more ->
    [one] 1 more code
   *[other] { $more } more codes
} in the next { $span }.
login-resend-supersedes = A new code makes { $tag } worthless.
login-resend-not-before = You have asked for several codes. You can ask for the next one from { $clock }, in { $span }.
login-no-mailbox = I cannot reach my mailbox
login-no-mailbox-text = Codes go to your business address only. If it is wrong, or no longer yours, your servicing team corrects it. <a href="{ $recover }">What you can do</a>
login-nobody-asks = <strong>Nobody will ask you for this code.</strong> Not { $brand }, not your bank, not your administrator. If somebody does, end the call and <a href="{ $contacts }">tell us</a>.

## Why a code is asked for again

login-reason-expired = This browser was trusted until { $date }. Enter a code once, and you can trust it again.
login-reason-idle = This browser was trusted until { $date }, because it was not used for a long time. Enter a code once, and you can trust it again.
login-reason-removed = This browser is no longer trusted: that ended on { $date }, when it was removed or your login changed. Enter a code once, and you can trust it again.
login-reason-alarm = As a precaution this browser is no longer trusted: an old copy of its trust was used on { $date }. If you did not restore this computer from a backup, tell your administrator.

## The pause

login-locked-title = Login is paused until { $until }
login-locked-why-passwords = A wrong password was entered too often for this name. We pause so that nobody can go on guessing. Nothing was opened and nothing is lost.
login-locked-why-codes = { $count ->
    [one] A wrong code was entered.
   *[other] A wrong code was entered { $count } times in a row.
} We pause so that nobody can go on guessing. Nothing was opened and nothing is lost.
login-locked-until = Try again from
login-locked-in = in { $span }
login-locked-over = now
login-locked-not-longer = (asking again before then does not make it longer)
login-locked-not-affected = Not affected
login-locked-devices = Your Trusted Devices
login-locked-devices-text = You can log in there now with User ID and password.
login-locked-now = What you can do now
login-locked-again = Try again
login-locked-recover = Do not wait: get back in now
login-locked-not-you = <strong>Was it not you?</strong> Then somebody tries to get in with your name. <a href="{ $contacts }">Tell us</a>, and change your password when you are back in.
