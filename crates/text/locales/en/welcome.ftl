### The first page: two doors.

welcome-title = Log in to { $application }
welcome-lead = The login is new and safer. Everything in the application stays where it is.
welcome-required-from = New login required from
welcome-first-title = I have an Enterprise User ID
welcome-first-text = You chose it here. It comes with a password of its own.
welcome-first-go = Log in
welcome-second-title = This is my first time here
welcome-second-text = Use your existing login name and password. It takes about four minutes.
welcome-second-go = Start
