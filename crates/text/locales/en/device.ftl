### Trusted Devices: the key that binds them to a browser, and the page where they are managed.

device-needs-script = Only a browser that keeps a key can be a Trusted Device here. Yours does not run JavaScript, so it is asked for a code at each login.
device-reason-key = This browser could not show the key that it got when it became a Trusted Device. That happens when site data were cleared, when JavaScript is off, or when only a part of the browser's data was copied. Enter a code once, and you can trust it again.

device-software = { $browser } on { $platform }
device-bound = Bound to this browser by a key
device-by-cookie = Recognised by cookie only
device-network = Network
device-rename = Rename
device-name-hint = For example “Office laptop”. It is { $browser }.
device-name-save = Save the name
device-name-title = What should we call { $name }?
device-renamed = The name was saved.
device-removed = The device is no longer trusted.
device-all-removed = No device is trusted any more.
device-name-problem-title = The name was not saved
device-name-problem = Enter a name for this device
device-name-problem-detail = A name has 1 to { $most } characters.
device-remove-all = Remove all
device-remove-all-title = Remove all Trusted Devices?
device-remove-all-text = Every browser is asked for a code at its next login, and whoever logged in from one of these devices is logged out, you too if you did. It takes effect at once.
