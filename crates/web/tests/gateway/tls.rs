//! An application reached by https is believed only with a certificate that the operator trusts.

use std::sync::Arc;

use rustls::{RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::support::{House, Plan, trusting};

/// Serves `secret` by https under a certificate of its own making; gives the address and the certificate.
async fn serve() -> (String, RootCertStore) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret").await;
                let _ = stream.shutdown().await;
            });
        }
    });
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    (format!("https://localhost:{port}"), roots)
}

#[tokio::test]
async fn a_trusted_certificate_is_accepted_and_no_other() {
    let (base, roots) = serve().await;
    let trusted = House::planned(Plan { tls: trusting(roots.clone()), ..Plan::to(base.clone()) }).await;
    let answer = trusted.get("/").await;
    assert_eq!((answer.status().as_u16(), answer.body()), (200, "secret"));

    let stranger = House::planned(Plan::to(base.clone())).await;
    assert_eq!(stranger.get("/").await.status(), 502);

    let by_address = base.replace("localhost", "127.0.0.1");
    let other_name = House::planned(Plan { tls: trusting(roots), ..Plan::to(by_address) }).await;
    assert_eq!(other_name.get("/").await.status(), 502);
}
