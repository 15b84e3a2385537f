### The user's own pages, and the way out.

account-for = Your account, { $name }
account-nav = Your account
account-to-application = Go to { $application }
account-pages = Pages of your account
account-profile = Profile
account-devices = Devices and sessions

account-title = Your profile
account-lead = Your details protect your login, so only the servicing team of your region can change them.
account-not-yet = Not made yet
account-wrong = Something here is wrong
account-section-login = How you log in
account-section-second = How you confirm a login
account-section-where = Where you are logged in
account-section-own = You and this login
account-made-on = Made on { $date }
account-since-date = Since { $date }
account-none = None
account-change = Change
account-make = Make
account-look = Look and change
account-passkeys = { $count ->
    [0] None
    [one] 1 passkey
   *[other] { $count } passkeys
}
account-codes-left = { $count ->
    [0] None
    [one] 1 code left
   *[other] { $count } codes left
}
account-trusted-devices = Trusted Devices
account-devices-number = { $count } of { $most }
account-sessions = Sessions
account-sessions-number = { $count ->
    [one] Logged in here only
   *[other] Logged in { $count } times
}
account-activity-text = What happened to your login, and “this was not me”
account-data-text = A copy to take with you

account-password = Password
account-password-title = Change your password
account-password-lead = Every other session ends, and every browser is asked for a code at its next login. You stay logged in here.
account-password-current = The password you have now
account-password-new = The new password
account-password-change = Change the password
account-password-none = You have no Enterprise User ID yet. It is made with a password and a security code of its own, when you are asked for it at a login.
account-password-wrong = This is not the password that you have now
account-password-dead = This password opens nothing since you told us “this was not me”, so it cannot be changed here.
account-password-dead-way = Make a new password
account-password-same = This is the password that you have now. Choose another.
account-password-done-title = Your password is changed
account-password-done = Use it from your next login on. We have ended your other sessions and all Trusted Devices.

account-security-code = Security code
account-security-code-title = Change your security code
account-security-code-lead = You made it on { $date }. The old one stops working at once.
account-security-code-current = The security code you have now
account-security-code-new = The new security code
account-security-code-change = Change the security code
account-security-code-make-title = Make your security code
account-security-code-make = Make the security code
account-security-code-confirms = By making the code you confirm that these details are right.
account-security-code-overtaken = A security code was made or changed on another page meanwhile. Was that not you? Look at your activity, and change it.
account-security-code-same = This is the code that you have now. Choose another.
account-security-code-malformed = A security code has 6 to 9 digits. This did not count as a try.
account-security-code-wrong = This is not the security code that you have now. { $left ->
    [one] You have 1 more try.
   *[other] You have { $left } more tries.
}
account-security-code-paused = It was entered wrong too often. You can try again from { $clock }.
account-security-code-disabled = It was entered wrong so often that it no longer works. What you can do stands below: “I have forgotten my security code”.
account-security-code-done-title = Your security code counts from now on
account-security-code-done = Keep it where only you find it. You will need it when you forget your password.
account-security-code-forgotten = I have forgotten my security code
account-security-code-forgotten-text = Nobody can look it up, and without it you cannot change it here. <a href="{ $recover }">Make a new password</a>, and choose “I forgot my security code” on the way: two members of <a href="{ $contacts }">the servicing team</a> make sure that it is you. At the next login you make a new one.

account-data = Your data
account-data-title = Take a copy of your data
account-data-lead = One file with what this login keeps about you, in a form that programs can read (JSON). It is made at once.
account-data-profile = Your details, your User ID, your existing login name, and what the application calls you.
account-data-access = Your Trusted Devices, your sessions, how you confirm your logins, and your cases.
account-data-activity = Your activity, with browser and network address.
account-data-no-secrets = Your password, your security code and other secrets are not in it. Keep the file where nobody else finds it.
account-data-take = Download the file
account-data-why = <a href="{ $privacy }">What is kept, why, and how long</a>

account-language = Language
account-language-title = In which language shall we speak to you?
account-language-lead = { $count ->
    [one] On these pages and in mails. There is one so far.
   *[other] On these pages and in mails.
}
account-language-browser = As my browser asks for
account-language-choose = Use this language
account-language-done = We use it from now on.

account-devices-title = Where you are trusted
account-devices-lead = On a Trusted Device you log in with User ID and password, without a code. Remove any that you do not know or no longer use.
account-devices-count = Trusted Devices: { $count } of { $most }
account-devices-none = None. At your next login you can make the browser you use a Trusted Device.
account-this-device = This device
account-this-session = This session
account-last-used = Last used
account-first-seen = First seen
account-trusted-until = Trusted until
account-remove = Remove
account-remove-title = Remove { $browser }?
account-remove-this = This is the browser you are using. You are logged out if you logged in by it, and its next login asks for a code. It takes effect at once.
account-remove-other = It is logged out, and at its next login it is asked for a code again. It takes effect at once.
account-sessions-count = { $count ->
    [one] Logged in now: 1 session
   *[other] Logged in now: { $count } sessions
}
account-since = Since
account-ends = Ends by
account-end = End
account-unknown-title = Something here you do not recognise?
account-unknown = End everything but this session. It takes effect at once, everywhere. Then change your password.
account-end-everything = End everything else

account-idle-title = Are you still there?
account-idle = If nothing happens, you are logged out in { $span }. What you have not saved is lost then.
account-idle-stay = Stay logged in

account-logout-title = Log out?
account-logout-lead = It ends this session, here and in the application. Your other devices are not touched.
account-logout-stay = Stay logged in
account-logged-out-title = You have logged out
account-not-logged-in-title = You are not logged in
account-logged-out-lead = On a shared computer, close the browser window too.
account-logged-out-trusted = This browser stays a Trusted Device: at your next login it is not asked for a code. You can end that under “Devices and sessions”.
account-log-in-again = Log in again
account-disowned-title = Everything has ended
account-disowned = Every session and every Trusted Device has ended, and your password no longer works. <a href="{ $recover }">Make a new password</a> with your mailbox and your security code.
account-disowned-stands = Every session and every Trusted Device has ended. Log in now and change your password at once: whoever knew it still does.
