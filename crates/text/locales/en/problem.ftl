### What was wrong with a form, and what to do. Told at the top of the page and again at the field.

problem-login-title = We could not log you in
problem-login-summary = Check your Enterprise User ID and password
problem-login-detail = The User ID or the password is not right. Capitals make no difference in the User ID; they do in the password.
problem-user-id-missing = Enter your Enterprise User ID
problem-password-missing = Enter your password
problem-login-name-missing = Enter the login name that you use today

problem-legacy-title = We could not check these credentials
problem-legacy-summary = Check your existing login name and password
problem-legacy-detail = The login name or the password is not right, or they were replaced.
problem-legacy-note = Have you made an Enterprise User ID already? Then log in with it: the existing credentials stopped working at that moment.
problem-legacy-way-out = Log in with your Enterprise User ID
problem-ended-title = Please start again
problem-ended = The steps were left open for too long, or were gone on with in another browser. What was finished is kept.

## Codes

problem-code-malformed-title = That is not a code yet
problem-code-enter = Enter the { $digits } digits from the mail marked { $tag }
problem-code-empty = Nothing was entered.
problem-code-not-digits = A code has digits only. Spaces and dashes do no harm.
problem-code-length = The code has { $digits } digits.
problem-code-not-counted = This did not count as a try.
problem-code-wrong-title = That code is not right
problem-code-wrong = These digits do not match code { $tag }. Check that the mail says { $tag }, not an older tag.
problem-code-left = { $left ->
    [one] You have 1 more try with this code. After that you will need a new one.
   *[other] You have { $left } more tries with this code. After that you will need a new one.
}

## "This is wrong"

problem-report-empty-title = We do not know what is wrong yet
problem-report-empty = Tick what is wrong, or write what it should be
problem-report-long-title = That is too long
problem-report-long = Use at most { $most } characters

## Enterprise User ID

problem-user-id-title = Something has to be changed
problem-user-id-free = “{ $user_id }” is free
problem-user-id-taken = This User ID, or one that looks like it, is taken. Choose another, or take one of the suggestions.
problem-user-id-too-many = You have tried many User IDs. You can try more from { $clock }.
problem-user-id-empty = Enter the User ID that you would like
problem-user-id-short = This has { $characters } characters. Use at least { $least }.
problem-user-id-long = Use at most { $most } characters
problem-user-id-character = Use letters, digits, dots and dashes only: “{ $sign }” is none of them
problem-user-id-edge = Begin and end with a letter or a digit, not with “{ $sign }”
problem-user-id-doubled = Put a letter or a digit between dots and dashes
problem-user-id-no-letter = Use at least one letter
problem-user-id-mixed = Use the letters of one script only: mixed ones look like those of others
problem-user-id-direction = This would be shown in another order than you typed it. Use letters that are written in one direction.
problem-user-id-reserved = “{ $word }” stands for a function, not for a person. Choose another.

## Password

problem-password-again = For your safety the password has to be typed again.
problem-password-short = Use at least { $least } characters
problem-password-long = Use at most { $most } characters
problem-password-control = Leave out line breaks and other control characters
problem-password-common = This is on the list of passwords that are guessed first, even with other capitals or digits at its end. Choose another.
problem-password-personal = This is made from your name, e-mail address, User ID or company. Choose words that nobody connects with you.
problem-password-weak = This would be guessed soon. Add another word or two that do not belong together.
problem-password-weak-keyboard = Keys that lie side by side are guessed soon. Add another word or two that do not belong together.
problem-password-weak-repeats = Letters or words that repeat add little. Add another word or two that do not belong together.
problem-password-weak-sequence = Runs such as “abc” or “6543” are guessed soon. Add another word or two that do not belong together.
problem-password-weak-date = Dates and years are guessed soon. Add another word or two that do not belong together.
problem-password-weak-name = Names are guessed soon. Add another word or two that do not belong together.
problem-password-weak-common = This is close to a password that many people use. Add another word or two that do not belong together.
problem-password-weak-word = One word alone is guessed soon. Add another word or two that do not belong together.
problem-strength-seconds = Very weak. It would be guessed within a minute.
problem-strength-minutes = Very weak. It would be guessed within an hour.
problem-strength-hours = Weak. It would be guessed within a day.
problem-strength-days = Weak. It would be guessed within a month.
problem-strength-months = Fair. It would take months to guess.
problem-strength-years = Strong. It would take years to guess.
problem-strength-centuries = Very strong. It would take centuries to guess.

## Security code

problem-security-code-title = Choose another code
problem-security-code-empty = Enter the code that you would like
problem-security-code-not-digits = Use digits only. Spaces and dashes do no harm.
problem-security-code-short = This has { $digits } digits. Use at least { $least }.
problem-security-code-long = Use at most { $most } digits
problem-security-code-run = Digits that count up or down are tried first
problem-security-code-repeats = Digits or groups that repeat are tried first
problem-security-code-mirrored = Codes that read the same backwards are tried early
problem-security-code-keypad = Keys that lie in a line are tried early
problem-security-code-date = This can be read as a date, and dates are tried early
problem-security-code-personal = This is part of your User ID, login name or another thing that others know
problem-security-code-common = This is one of the codes that people choose most
