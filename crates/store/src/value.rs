//! What a statement binds and what a row gives back: text, whole numbers and bytes, the same on both databases.
//!
//! `domain` knows nothing of sqlx, so its types become a [`Value`] on the way in, and [`Id`] on the way out.

use std::str::FromStr;

use domain::{id, time::Timestamp};
use sqlx::{Database, Decode, Type, error::BoxDynError};

/// One bound value; `None` is NULL of that type, which PostgreSQL wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Integer(Option<i64>),
    /// BYTEA, in SQLite BLOB.
    Bytes(Option<Vec<u8>>),
}

/// What can be bound to a statement's `$n`.
pub trait Bind {
    /// NULL of this type.
    const NULL: Value;
    /// The value as the databases hold it.
    fn bind(self) -> Value;
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;
    fn bind(self) -> Value {
        self.map_or(T::NULL, Bind::bind)
    }
}

macro_rules! bind {
    ($kind:ident: $($type:ty => $convert:expr),* $(,)?) => {$(
        impl Bind for $type {
            const NULL: Value = Value::$kind(None);
            fn bind(self) -> Value {
                Value::$kind(Some(($convert)(self)))
            }
        }
    )*};
}

bind! { Text: &str => str::to_owned, &String => String::clone, String => |s| s }
bind! { Integer: i64 => |n| n, u32 => i64::from, i32 => i64::from, u16 => i64::from, u8 => i64::from, Timestamp => |t: Timestamp| t.0 }
bind! { Bytes: &[u8] => <[u8]>::to_vec, &Vec<u8> => Vec::clone, Vec<u8> => |b| b }

impl<const N: usize> Bind for &[u8; N] {
    const NULL: Value = Value::Bytes(None);
    fn bind(self) -> Value {
        self.as_slice().bind()
    }
}

impl<const N: usize> Bind for [u8; N] {
    const NULL: Value = Value::Bytes(None);
    fn bind(self) -> Value {
        self.as_slice().bind()
    }
}

macro_rules! bind_ids {
    ($($name:ident),* $(,)?) => {$(
        impl Bind for id::$name {
            const NULL: Value = Value::Text(None);
            fn bind(self) -> Value {
                Value::Text(Some(self.to_string()))
            }
        }
    )*};
}

bind_ids! {
    UserId, CompanyId, ApplicationId, AttemptId, SessionId, DeviceId, CodeId, MessageId, CaseId, InvitationId,
    RecoveryId, UserIdRequestId, FactorRemovalId, NoticeId, ReportId,
    AuditId, ContactId, AuthenticatorAppId, PasskeyId, CeremonyId,
}

/// A column of a row struct that holds a typed identifier as TEXT: `id: Id<CompanyId>`, then `row.id.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id<T>(pub T);

impl<DB: Database, T> Type<DB> for Id<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }
    fn compatible(info: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(info)
    }
}

impl<'r, DB: Database, T> Decode<'r, DB> for Id<T>
where
    &'r str: Decode<'r, DB>,
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(<&str as Decode<DB>>::decode(value)?.parse()?))
    }
}
