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
account-security-code-since = Made on { $date }
account-security-code-none = Not made yet. We ask for it at your next login.
account-wrong = Something here is wrong

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
account-remove-this = This is the browser you are using. You stay logged in; at the next login it is asked for a code again. It takes effect at once.
account-remove-other = It is logged out, and at its next login it is asked for a code again. It takes effect at once.
account-sessions-count = { $count ->
    [one] Logged in now: 1 session
   *[other] Logged in now: { $count } sessions
}
account-since = Since
account-ends = Ends by
account-end = End
account-unknown-title = Something here you do not recognise?
account-unknown = End everything but this session, and tell us. It takes effect at once, everywhere.
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
