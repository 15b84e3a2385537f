### Questions and answers, contacts, privacy, and getting back in.

help-title = Questions and answers
help-lead = About the new login to { $application }.
help-change = The change
help-why-q = Why is there a new login?
help-why-a = A password alone can be stolen without anybody noticing. With a second step, a stolen password opens nothing. In many countries the law asks for it.
help-first-q = How do I begin?
help-first-a = <a href="{ $start }">Use your existing credentials</a> one last time. You check your details, confirm your e-mail address, and choose an Enterprise User ID with a password of its own. It takes about 4 minutes.
help-old-q = What becomes of my old login name and password?
help-old-a = They work until you have made your Enterprise User ID. From that moment they open nothing.
help-wrong-q = My name or my e-mail address is wrong
help-wrong-a = Nobody can change them on these pages, because they protect your login. Say on the page that something is wrong; the servicing team of your region corrects it and writes to the old and the new address.
help-later-q = Can I do it later?
help-later-a = Where your company allows it, the pages offer “Not now” and say until when. We ask again at each login.
help-codes = Codes, Trusted Devices and the security code
help-late-q = The code does not arrive
help-late-a = The page shows how far the mail has come. Look into the folder for unwanted mail, and then ask for a new code; it takes the place of the old one. A code works for { $span }.
help-tag-q = What are the letter and the digit beside the code?
help-tag-a = A tag, such as K3. Page and mail show the same one, so you know which mail belongs to the page in front of you. Never enter a code on a page that shows another tag, or none.
help-trust-q = What is a Trusted Device?
help-trust-a = A browser that you asked us to recognise. For { $span } you log in there without a code. You see all of them in your account and can remove each. Do not trust a browser that others use.
help-security-code-q = What is the security code for?
help-security-code-a = It is { $least } to { $most } digits that you make yourself. Together with your mailbox it lets you back in when you forget your password or are locked out. It is never asked for in everyday login, and alone it opens nothing.
help-asked-q = Somebody asks me for a code or a password
help-asked-a = End the call, or do not answer the mail. Nobody of ours ever asks for them. Then tell us.
help-stuck = Still stuck?
help-stuck-text = See what you need <a href="{ $recover }">to get back in</a>, or find <a href="{ $contacts }">the contact of your region</a>.

help-contacts-title = Contacts by region
help-contacts-lead = They never ask for a password, a code or your security code.
help-contacts-none = No contacts have been entered yet. Ask your company’s administrator.
help-contacts-users = For everybody
help-contacts-administrators = For Program Administrators

help-privacy-title = Privacy
help-privacy-lead = What this login keeps about you, and why. { $brand } is responsible for it.
help-privacy-kept = What is kept
help-privacy-profile = Your name, business e-mail address and company, as the application holds them: to know whose login it is and where to send codes.
help-privacy-secrets = Your password and security code only as a one-way computation, from which nobody can read them back.
help-privacy-events = Security events such as logins and changes, with time, browser and network address, online for { $span }: to find misuse.
help-privacy-mails = Mails waiting to be sent. A code in one of them is encrypted until it is sent, and wiped afterwards.
help-privacy-cookies = Cookies
help-privacy-cookie-session = One for the login in progress and one for the session; both end with them.
help-privacy-cookie-browser = One with a random number for this browser, which protects forms and limits guessing.
help-privacy-cookie-device = If you make this browser a Trusted Device, one that lasts for { $span } at most, one for each person.
help-privacy-none-else = There is no advertising, no measuring of visitors and nothing loaded from other companies.
help-privacy-rights = Your rights
help-privacy-rights-text = To see what is kept, to correct it or to have it erased, ask <a href="{ $contacts }">the contact of your region</a>.
