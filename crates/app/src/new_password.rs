//! A new password, whoever makes it: one set of rules and one list of personal words.

use crypto::hashing::PasswordHash;
use domain::{
    directory::User,
    password::{Password, PasswordProblem, PersonalWords, Strength, check_new_password, estimate},
};
use zeroize::Zeroizing;

use crate::{App, Fault, directory::Directory};

/// What a password must not be made from.
pub(crate) fn personal_words(directory: &Directory, user: &User, user_id: &str) -> PersonalWords {
    let company = directory.company_of(user).map_or("", |company| company.name.as_str());
    PersonalWords::from_texts([user.name.as_str(), &user.email, user_id, company])
}

/// Whether policy takes it, before anything costs time.
pub(crate) fn check(
    directory: &Directory,
    user: &User,
    user_id: &str,
    typed: &str,
) -> Result<(), PasswordProblem> {
    let personal = personal_words(directory, user, user_id);
    check_new_password(typed, &directory.policy(user.company).password, &personal).map(drop)
}

/// How strong it would be, and what is wrong with it, for the page to say while it is typed.
pub(crate) fn judge(
    directory: &Directory,
    user: &User,
    user_id: &str,
    typed: &str,
) -> (Strength, Option<PasswordProblem>) {
    let problem = check(directory, user, user_id, typed).err();
    (estimate(typed, &personal_words(directory, user, user_id)), problem)
}

/// Its hash; takes a place in the queue of hashes.
pub(crate) async fn hash(app: &App, typed: &str) -> Result<PasswordHash, Fault> {
    let secret = Zeroizing::new(Password::typed(typed).expose().to_owned());
    Ok(app.hasher.hash(secret, app.random.as_ref()).await?)
}
