//! Which certificates are believed.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use secrecy::SecretString;

use super::{Reach, SourceSpec, Trouble};

/// Believes the authorities of the source's file, or else those of the system.
pub(super) fn client(spec: &SourceSpec) -> Result<ClientConfig, Trouble> {
    let wrong = |error: rustls::Error| Trouble::setup(format!("TLS cannot be used: {error}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(wrong)?;
    Ok(match &spec.ca_file {
        Some(file) => builder.with_root_certificates(roots(file)?).with_no_client_auth(),
        None => builder.with_platform_verifier().map_err(wrong)?.with_no_client_auth(),
    })
}

fn roots(file: &Path) -> Result<RootCertStore, Trouble> {
    let wrong = |what: String| Trouble::setup(format!("the authorities in {}: {what}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("there is no certificate in it".to_owned())) } else { Ok(roots) }
}

/// The value of a named secret.
pub(super) fn secret(reach: &Reach, name: &str) -> Result<SecretString, Trouble> {
    reach.secrets.get(name).cloned().ok_or_else(|| {
        Trouble::setup(format!("there is no secret \"{name}\": give it in [secrets] of the configuration"))
    })
}
