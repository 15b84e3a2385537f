//! Receipts: uploaded ones are kept as they are and shown so that they can do no harm.

use axum::{
    body::Body,
    extract::{Path, State as FromShop},
    response::{IntoResponse, Redirect, Response},
};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    Shop,
    account::{Transaction, TransactionId},
    identity::Person,
    ledger::Refusal,
    views,
};

/// The largest receipt that is taken, in bytes.
pub(super) const MAX_RECEIPT_BYTES: usize = 2 * 1024 * 1024;
/// Characters of a file's name that are kept.
const MAX_NAME_CHARS: usize = 80;
/// What the form may add around the file.
const FORM_BYTES: u64 = 16 * 1024;

/// How a receipt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The merchant sent it; it holds what the purchase says.
    Electronic,
    /// Uploaded, and of this media type.
    File(&'static str),
}

/// A receipt.
#[derive(Debug, Clone)]
pub(super) struct Receipt {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) content: Bytes,
}

/// The receipt that the merchant sends with a purchase.
pub(super) fn electronic(bought: &Transaction) -> Receipt {
    let name = format!("{} {}", bought.merchant, bought.date);
    Receipt { name, kind: Kind::Electronic, content: Bytes::new() }
}

/// `GET /transactions/{id}/receipt`.
pub(super) async fn show_receipt(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Path(id): Path<TransactionId>,
) -> Response {
    let visible = if person.administrator {
        shop.ledger.company(&person.holder.company)
    } else {
        shop.ledger.account(&person.holder.subject).into_iter().collect()
    };
    let found = visible.iter().find_map(|account| {
        let bought = account.transactions.iter().find(|bought| bought.id == id)?;
        Some((account, bought, bought.receipt.as_ref()?))
    });
    let Some((account, bought, receipt)) = found else {
        return views::problem(&person, &shop, StatusCode::NOT_FOUND, "There is no such receipt.");
    };
    match receipt.kind {
        Kind::Electronic => views::electronic_receipt(&person, &shop, &account.holder, bought),
        Kind::File(media) => file(media, receipt),
    }
}

/// `POST /transactions/{id}/receipt`, a form with the file `receipt`.
pub(super) async fn attach_receipt(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Path(id): Path<TransactionId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let outcome = match upload(&headers, body).await {
        Ok(receipt) => {
            shop.ledger.attach_receipt(&person.holder.subject, id, receipt).map_err(Problem::Refused)
        }
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Redirect::to(&format!("/transactions/{id}?saved=1")).into_response(),
        Err(Problem::Refused(Refusal::Unknown)) => {
            views::problem(&person, &shop, StatusCode::NOT_FOUND, &Refusal::Unknown.to_string())
        }
        Err(problem) => views::transaction(&person, &shop, id, Some(&problem.to_string()), problem.status()),
    }
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("Choose a file first, then press \"Attach\".")]
    NoFile,
    #[error("The file is larger than 2 MB. Scan it with a lower resolution.")]
    TooLarge,
    #[error("A receipt is a PDF, a PNG or a JPEG file. This one is something else.")]
    UnknownKind,
    #[error("The upload could not be read. Choose the file again.")]
    Broken,
    #[error(transparent)]
    Refused(Refusal),
}

impl Problem {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NoFile | Self::Broken => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnknownKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused(Refusal::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Refused(_) => StatusCode::CONFLICT,
        }
    }
}

async fn upload(headers: &HeaderMap, body: Body) -> Result<Receipt, Problem> {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).ok_or(Problem::Broken)?;
    let boundary = multer::parse_boundary(kind).map_err(|_| Problem::Broken)?;
    let most = multer::SizeLimit::new().whole_stream(MAX_RECEIPT_BYTES as u64 + FORM_BYTES);
    let limits = multer::Constraints::new().size_limit(most);
    let mut form = multer::Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    while let Some(mut field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("receipt") {
            continue;
        }
        let name = clean_name(field.file_name().unwrap_or_default());
        let mut content = BytesMut::new();
        while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
            if content.len() + chunk.len() > MAX_RECEIPT_BYTES {
                return Err(Problem::TooLarge);
            }
            content.extend_from_slice(&chunk);
        }
        if content.is_empty() {
            return Err(Problem::NoFile);
        }
        let media = media_type(&content).ok_or(Problem::UnknownKind)?;
        return Ok(Receipt { name, kind: Kind::File(media), content: content.freeze() });
    }
    Err(Problem::NoFile)
}

fn unreadable(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Problem::TooLarge
        }
        _ => Problem::Broken,
    }
}

/// By the file's first bytes; what the browser says of it is not trusted.
fn media_type(content: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg")];
    KINDS.iter().find(|(start, _)| content.starts_with(start)).map(|(_, media)| *media)
}

fn clean_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
    if kept.trim().is_empty() { "receipt".to_owned() } else { kept }
}

fn file(media: &'static str, receipt: &Receipt) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, receipt.content.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        assert_eq!(media_type(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        for other in [&b"<svg onload=alert(1)>"[..], b"MZ", b"", b"%PDF"] {
            assert_eq!(media_type(other), None);
        }
    }

    #[test]
    fn names_keep_no_folders_and_no_control_characters() {
        assert_eq!(clean_name("C:\\bills\\hotel.pdf"), "hotel.pdf");
        assert_eq!(clean_name("../../etc/x\r\ny.png"), "xy.png");
        assert_eq!(clean_name(" "), "receipt");
        assert_eq!(clean_name(&"é".repeat(81)).chars().count(), 80);
    }
}
