//! Files and mails: delivery reports and files for `vestibule apply`.

use delivery::bounce::parse_report;

/// A report names as many recipients as fit into it, or is none.
pub fn bounces(bytes: &[u8]) {
    match parse_report(bytes) {
        Ok(report) => {
            assert!(!report.recipients.is_empty());
            assert!(report.recipients.len() <= bytes.len());
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
}

/// An installation is read, or every problem in it is told.
pub fn apply_files(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Err(problems) = vestibule::apply::parse("fuzz.toml", text) {
        assert!(!problems.to_string().is_empty());
    }
}
