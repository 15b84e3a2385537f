//! Messages: templates, retry rules, SMTP.
