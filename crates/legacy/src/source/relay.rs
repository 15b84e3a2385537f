//! A way to give the PostgreSQL driver a connection that is open already.
//!
//! The driver resolves names by itself, and so could be led elsewhere between the check and the connection. It is given
//! a Unix socket in a folder of its own instead, behind which the checked connection lies, and the name for the
//! certificate.

use std::io;

use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpStream, UnixListener},
    task::AbortHandle,
};

/// The port in the socket's name.
pub(super) const PORT: u16 = 5432;

/// An open relay; it ends with this value.
pub(super) struct Relay {
    /// Nobody else can open the folder (mode 0700).
    pub(super) folder: TempDir,
    pump: AbortHandle,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl Relay {
    /// Takes one connection, and hands it on.
    pub(super) fn open(mut stream: TcpStream) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("vestibule-").tempdir()?;
        let listener = UnixListener::bind(folder.path().join(format!(".s.PGSQL.{PORT}")))?;
        let pump = tokio::spawn(async move {
            let Ok((mut driver, _)) = listener.accept().await else { return };
            drop(listener);
            // An end in the middle is seen by the driver, on its own side.
            let _ = copy_bidirectional(&mut driver, &mut stream).await;
        });
        Ok(Self { folder, pump: pump.abort_handle() })
    }
}
