//! Staff are made at the command line, and log in as everybody does: by invitation.

use domain::{
    audit::Actor,
    id::UserId,
    role::{Region, Role},
};
use store::users::NewUser;

use crate::{
    App, Fault,
    invite_user::{Invited, invite_user},
};

/// What somebody is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Post {
    /// Runs the installation.
    Operator,
    /// Serves the users of a region.
    ServicingAgent(Region),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// They are there, and an invitation is queued.
    Invited(UserId),
    /// Somebody of another role, or of another region, has this address.
    AddressTaken,
    /// Somebody with this address and post has an Enterprise User ID already.
    HasId,
    /// Somebody with this address and post is disabled.
    Disabled,
    /// There is no such region; these there are.
    NoRegion(Vec<String>),
}

impl Post {
    /// The role of this post.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Operator => Role::Operator,
            Self::ServicingAgent(_) => Role::ServicingAgent,
        }
    }

    /// The region of this post.
    #[must_use]
    pub const fn region(&self) -> Option<&Region> {
        match self {
            Self::Operator => None,
            Self::ServicingAgent(region) => Some(region),
        }
    }
}

/// Makes a member of staff, unless there is one with this address and post, and invites them.
///
/// # Errors
/// [`Fault::Store`].
pub async fn add_staff(app: &App, post: &Post, name: &str, email: &str) -> Result<Added, Fault> {
    let mut tx = app.db.begin().await?;
    if let Some(region) = post.region() {
        let regions = store::companies::list_regions(&mut tx).await?;
        if !regions.iter().any(|(slug, _)| *slug == region.0) {
            return Ok(Added::NoRegion(regions.into_iter().map(|(slug, _)| slug).collect()));
        }
    }
    let known = store::users::find_by_email(&mut tx, email).await?;
    let id = match known.as_slice() {
        [] => {
            let user = NewUser {
                id: UserId(app.new_uuid()),
                company: None,
                role: post.role(),
                region: post.region().cloned(),
                name: name.to_owned(),
                email: email.to_owned(),
                language: None,
            };
            store::users::insert(&mut tx, &user, app.now()).await?;
            tx.commit().await?;
            user.id
        }
        [known] if known.role == post.role() && known.region.as_ref() == post.region() => {
            drop(tx);
            known.id
        }
        _ => return Ok(Added::AddressTaken),
    };
    Ok(match invite_user(app, id, Actor::CommandLine).await? {
        Invited::Sent => Added::Invited(id),
        Invited::HasId => Added::HasId,
        Invited::NoUser => Added::Disabled,
    })
}
