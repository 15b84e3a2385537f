//! Whether one request for an application may pass: asked by the gateway for what it passes on, and by forward-auth for what
//! another proxy does.

use std::sync::Arc;

use domain::path_rule::Demand;
use http::{HeaderMap, Method, Uri};

use super::{
    Gateway, Standing, Upstream, Use, Visitor,
    caller::{Asker, Caller},
    cookies,
    entrance::unavailable,
    failure::Failure,
    socket,
};

/// What came of it.
pub(super) enum Admission {
    /// It passes, and nobody is behind it.
    Anybody,
    /// It passes, for this user.
    User {
        /// Who.
        visitor: Arc<Visitor>,
        /// The cookie's value.
        token: String,
    },
    /// A session comes first.
    SignIn,
    /// A fresh proof comes first.
    ProveAfresh,
}

impl Gateway {
    /// Decides, by the rules of the path and the session that the request shows. Using a session keeps it alive.
    pub(super) async fn admit(
        &self,
        upstream: &Upstream,
        asker: &Asker,
        (method, uri, headers): (&Method, &Uri, &HeaderMap),
    ) -> Result<Admission, Failure> {
        let is_socket = asker.caller == Caller::Socket;
        let demand = match upstream.config().rules.demand(method.as_str(), uri.path()) {
            // A socket outlives its request, and is watched by its session.
            Demand::Nothing if is_socket => Demand::USER,
            demand => demand,
        };
        let token = cookies::read(headers, upstream.cookies.session).filter(|token| !token.is_empty());
        let application = upstream.application();
        let standing = match token {
            Some(token) => {
                self.sessions.check(token, application, Use::Activity).await.map_err(unavailable)?
            }
            None => Standing::NotSignedIn,
        };
        let admission = match (demand, standing, token) {
            (Demand::Nothing, Standing::SignedIn(visitor), Some(token)) => {
                Admission::User { visitor, token: token.to_owned() }
            }
            (Demand::Nothing, ..) => Admission::Anybody,
            (Demand::User { .. }, Standing::Forbidden, _) => return Err(Failure::Forbidden),
            (Demand::User { roles, fresh }, Standing::SignedIn(visitor), Some(token)) => {
                if !roles.iter().all(|role| visitor.is_in(role.name())) {
                    return Err(Failure::Forbidden);
                }
                if fresh && !self.sessions.is_fresh(token, application).await.map_err(unavailable)? {
                    return Ok(Admission::ProveAfresh);
                }
                Admission::User { visitor, token: token.to_owned() }
            }
            (Demand::User { .. }, Standing::SignedIn(_) | Standing::NotSignedIn, _) => {
                return Ok(Admission::SignIn);
            }
        };
        if is_socket {
            socket::check_origin(headers, upstream)?;
        }
        Ok(admission)
    }
}
