//! The people who run the installation are made at the command line, and log in as everybody does: by invitation.

use domain::{audit::Actor, id::UserId, role::Role};
use store::users::NewUser;

use crate::{
    App, Fault,
    invite_user::{Invited, invite_user},
};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// The operator is there, and an invitation is queued.
    Invited(UserId),
    /// Somebody who is no operator has this address.
    AddressTaken,
    /// An operator of this address has an Enterprise User ID already.
    HasId,
    /// The operator of this address is disabled.
    Disabled,
}

/// Makes an operator, unless there is one with this address, and invites them.
///
/// # Errors
/// [`Fault::Store`].
pub async fn add_operator(app: &App, name: &str, email: &str) -> Result<Added, Fault> {
    let mut tx = app.db.begin().await?;
    let known = store::users::find_by_email(&mut tx, email).await?;
    let id = match known.as_slice() {
        [] => {
            let user = NewUser {
                id: UserId(app.new_uuid()),
                company: None,
                role: Role::Operator,
                region: None,
                name: name.to_owned(),
                email: email.to_owned(),
                language: None,
            };
            store::users::insert(&mut tx, &user, app.now()).await?;
            tx.commit().await?;
            user.id
        }
        [operator] if operator.role == Role::Operator => {
            drop(tx);
            operator.id
        }
        _ => return Ok(Added::AddressTaken),
    };
    Ok(match invite_user(app, id, Actor::CommandLine).await? {
        Invited::Sent => Added::Invited(id),
        Invited::HasId => Added::HasId,
        Invited::NoUser => Added::Disabled,
    })
}
