//! Where existing credentials are checked: an imported hash, a live source, or nowhere.
//!
//! Which one follows from what is known before the password is looked at: the imported row, the company of the login name,
//! or, for a name that nobody knows, the door that was come through. No source is tried because another said no.

use crypto::{
    hashing::{Guest, HashCheck, PasswordHash, Seat, Work},
    seal::{Place, open},
    verify::first_proof,
};
use domain::{
    directory::User,
    enterprise_user_id::LegacyLogin,
    id::UserId,
    proof::{First, FirstMethod, Proof},
    rollout::Stage,
    time::Timestamp,
};
use legacy::{
    ImportedHash,
    source::{Answer, Confirmed, Kind, Profile, SourceSpec, Trouble},
};
use url::Url;
use zeroize::Zeroizing;

use crate::{
    App, Browser, Fault,
    admission::stage_of,
    directory::Directory,
    import_users::IMPORTED,
    submit_legacy_credentials::{CREDENTIAL, OWN},
};

/// Who might be meant, and who can tell.
pub(crate) struct Candidate {
    pub(crate) user: Option<User>,
    pub(crate) checked_by: CheckedBy,
}

/// Who can tell whether the password is right.
pub(crate) enum CheckedBy {
    /// The hash that was imported, or the one of ours that took its place.
    Hash(Zeroizing<String>),
    /// A live source, asked about this login name.
    Source(Box<SourceSpec>, LegacyLogin),
    /// Nobody: the name is unknown, or its credentials are dead.
    Nobody,
}

/// Where somebody comes from whose login name nobody knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door<'d> {
    /// The company whose entry link was followed (its short name).
    pub(crate) company: Option<&'d str>,
    /// The application's page that is wanted.
    pub(crate) return_to: Option<&'d str>,
}

/// What the check gave.
pub(crate) enum Looked {
    /// The password is right; a source also said who it is.
    Right(Evidence, Option<Profile>),
    /// It is not.
    Wrong,
    /// The source gave no answer. That is told in the log already.
    Unanswered,
}

/// Why it is believed that the password is right.
pub(crate) enum Evidence {
    Hash(HashCheck),
    Source(Confirmed),
}

impl Evidence {
    /// The first proof; `None` when the hash did not match after all.
    pub(crate) fn proof(self, user: UserId, now: Timestamp) -> Option<Proof<First>> {
        match self {
            Self::Hash(check) => first_proof(check, user, FirstMethod::Legacy, now),
            Self::Source(confirmed) => Some(confirmed.proof(user, now)),
        }
    }
}

/// Finds who is meant by a login name (in canonical form, and as typed), and who can tell.
pub(crate) async fn candidate(
    app: &App,
    directory: &Directory,
    name: &str,
    typed: &str,
    door: Door<'_>,
) -> Result<Candidate, Fault> {
    let mut conn = app.db.read().await?;
    let Some(login) = store::identities::find_legacy(&mut conn, name).await? else {
        let source = source_at(directory, door).zip(LegacyLogin::parse(typed).ok());
        let checked_by = source
            .map_or(CheckedBy::Nobody, |(source, login)| CheckedBy::Source(Box::new(source.clone()), login));
        return Ok(Candidate { user: None, checked_by });
    };
    let user = store::users::find(&mut conn, login.user).await?;
    let user = user.ok_or(Fault::Inconsistent("a login without a user"))?;
    let sealed = store::identities::find_credential(&mut conn, user.id).await?;
    let has_id = store::identities::id_of(&mut conn, user.id).await?.is_some();
    let checked_by = match sealed {
        Some(sealed) => CheckedBy::Hash(unseal(app, user.id, &sealed)?),
        // The source is never asked again about somebody who has an ID, or whose time is over.
        None if has_id || stage_of(directory, &user, app.now()) == Stage::CutOffPassed => CheckedBy::Nobody,
        None => match (source_of(directory, &user, &login.source), LegacyLogin::parse(&login.display)) {
            (Some(source), Ok(login)) => CheckedBy::Source(Box::new(source.clone()), login),
            _ => CheckedBy::Nobody,
        },
    };
    Ok(Candidate { user: Some(user), checked_by })
}

/// The source that made the user, or else their company's. Nobody was made by one that has the name of the import, whatever
/// an earlier version stored.
fn source_of<'d>(directory: &'d Directory, user: &User, made_by: &str) -> Option<&'d SourceSpec> {
    let company = || directory.company_of(user)?.legacy_source.as_deref();
    let maker = (made_by != IMPORTED).then(|| directory.sources.get(made_by)).flatten();
    maker.or_else(|| directory.sources.get(company()?))
}

/// The source of the company whose link was followed, or else of the application that is wanted.
fn source_at<'d>(directory: &'d Directory, door: Door<'_>) -> Option<&'d SourceSpec> {
    let company = door.company.and_then(|slug| directory.company_named(slug));
    let application = || {
        let wanted = door.return_to.and_then(|to| Url::parse(to).ok());
        let wanted = wanted.and_then(|to| directory.application_at(&to));
        // Without a wish, the same application as where the login would lead.
        wanted.or_else(|| directory.applications.first())?.legacy_source.as_deref()
    };
    let name = company.and_then(|company| company.legacy_source.as_deref()).or_else(application)?;
    directory.sources.get(name)
}

fn unseal(app: &App, user: UserId, sealed: &[u8]) -> Result<Zeroizing<String>, Fault> {
    let place = Place { column: CREDENTIAL, row: &user.to_string() };
    let text = open(app.keys.envelope(), place, sealed)?;
    let text =
        String::from_utf8(text.to_vec()).map_err(|_| Fault::Inconsistent("a stored hash is no text"))?;
    Ok(Zeroizing::new(text))
}

/// Looks at the password, from this seat in the queue of hashing. Whoever nobody can tell about costs a hash all the same.
pub(crate) async fn look(
    app: &App,
    browser: &Browser,
    seat: Seat,
    checked_by: &CheckedBy,
    password: &Zeroizing<String>,
) -> Result<Looked, Fault> {
    let (check, profile) = match checked_by {
        CheckedBy::Nobody => (seat.check(password.clone(), None).await?, None),
        CheckedBy::Hash(hash) => (check_hash(seat, hash, password).await?, None),
        CheckedBy::Source(spec, login) => {
            // Whoever waits for a source keeps nobody from hashing.
            drop(seat);
            match app.sources().ask(spec, app.clock.as_ref(), login.as_str(), password).await {
                // A name may provoke it, so for its owner and for whoever guesses it is a refusal, or it would tell that
                // the source has the name.
                Err(Trouble::Odd(odd)) => {
                    tracing::warn!(target: "vestibule::sources", source = %spec.name, %odd, "taken for a refusal");
                    refused_by(app, browser, spec, password).await?
                }
                Err(trouble) => {
                    tracing::warn!(target: "vestibule::sources", source = %spec.name, %trouble, "no answer");
                    return Ok(Looked::Unanswered);
                }
                Ok(Answer::Wrong) => refused_by(app, browser, spec, password).await?,
                Ok(Answer::Right(confirmed, profile)) => {
                    return Ok(Looked::Right(Evidence::Source(confirmed), Some(profile)));
                }
                Ok(Answer::Hash(hash, profile)) => {
                    let password = password.clone();
                    let memory = hash.memory_kib();
                    let seat = second_seat(app, browser)?;
                    let compare = move || hash.verify(password.as_bytes());
                    (seat.check_foreign(memory, compare).await?, Some(profile))
                }
            }
        }
    };
    Ok(match check {
        HashCheck::Right(_) => Looked::Right(Evidence::Hash(check), profile),
        HashCheck::Wrong => Looked::Wrong,
    })
}

/// A table that has no hash to verify costs one all the same: the time, and being turned away, would tell whose name it has.
async fn refused_by(
    app: &App,
    browser: &Browser,
    spec: &SourceSpec,
    password: &Zeroizing<String>,
) -> Result<(HashCheck, Option<Profile>), Fault> {
    if matches!(spec.kind, Kind::Sql(_)) {
        second_seat(app, browser)?.check(password.clone(), None).await?;
    }
    Ok((HashCheck::Wrong, None))
}

fn second_seat(app: &App, browser: &Browser) -> Result<Seat, Fault> {
    Ok(app.hasher.admit(Guest::Stranger { network: &browser.network }, Work::Any)?)
}

async fn check_hash(seat: Seat, hash: &str, password: &Zeroizing<String>) -> Result<HashCheck, Fault> {
    if let Some(own) = hash.strip_prefix(OWN) {
        let own = PasswordHash::from_stored(own.to_owned());
        return Ok(seat.check(password.clone(), Some(own)).await?);
    }
    let Ok(imported) = ImportedHash::parse(hash) else {
        return Ok(seat.check(password.clone(), None).await?);
    };
    let password = password.clone();
    let memory = imported.memory_kib();
    Ok(seat.check_foreign(memory, move || imported.verify(password.as_bytes())).await?)
}
