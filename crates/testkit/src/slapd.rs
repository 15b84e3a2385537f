//! An LDAP directory for tests: Debian's slapd, with a folder and ports of its own, gone when the test is.
//!
//! The server runs below a small shell that waits for the end of its input, as the PostgreSQL cluster does, so that it
//! stops even when the test is killed.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Below which everything is.
pub const SUFFIX: &str = "dc=harbour,dc=example";
/// Whom Vestibule searches as.
pub const READER: &str = "cn=reader,dc=harbour,dc=example";
/// And with what.
pub const READER_PASSWORD: &str = "reads people only";

/// The longest that a busy machine may take to start it.
const PATIENCE: Duration = Duration::from_secs(30);

const CERTIFICATE: &str = "cert.pem";

const RUN: &str = r#"
"$@" &
server=$!
trap 'kill -INT "$server" 2>/dev/null; wait "$server"' EXIT
cat >/dev/null
"#;

/// One person below `ou=people`.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// `uid`.
    pub uid: &'e str,
    /// `cn` and `sn`.
    pub name: &'e str,
    /// `mail`.
    pub mail: &'e str,
    /// `preferredLanguage`.
    pub language: &'e str,
    /// `employeeType`.
    pub kind: &'e str,
    /// In clear; the directory of a test has no secrets.
    pub password: &'e str,
}

/// A running directory.
#[derive(Debug)]
pub struct Directory {
    plain: SocketAddr,
    tls: SocketAddr,
    shell: Child,
    lifeline: Option<ChildStdin>,
    home: TempDir,
}

impl Directory {
    /// Starts one with these people, at `localhost`, with a certificate of its own for that name.
    ///
    /// # Errors
    /// A sentence that says what to do when slapd is not installed, or what it said when it does not start.
    pub fn start(people: &[Entry<'_>]) -> Result<Self, String> {
        let [slapd, slapadd] = ["slapd", "slapadd"].map(|name| PathBuf::from("/usr/sbin").join(name));
        if !slapd.exists() {
            return Err(
                "These tests need OpenLDAP's server: install it with `apt-get install slapd`".to_owned()
            );
        }
        let wrong = |error: io::Error| format!("slapd could not be started for the tests: {error}");
        let home = TempDir::with_prefix("vestibule-slapd-").map_err(wrong)?;
        let config = home.path().join("slapd.conf");
        write_files(home.path(), &config, people).map_err(wrong)?;
        load(&slapadd, &config, &home.path().join("people.ldif"))?;
        let [plain, tls] = [free_address().map_err(wrong)?, free_address().map_err(wrong)?];
        let log = fs::File::create(home.path().join("log")).map_err(wrong)?;
        let mut shell = Command::new("sh")
            .args(["-c", RUN, "sh"])
            .arg(&slapd)
            .arg("-f")
            .arg(&config)
            .arg("-h")
            .arg(format!("ldap://{plain} ldaps://{tls}"))
            .args(["-d", "0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(wrong)?;
        let lifeline = shell.stdin.take();
        let directory = Self { plain, tls, shell, lifeline, home };
        directory.wait()?;
        Ok(directory)
    }

    /// Where it speaks LDAP, with StartTLS on offer.
    #[must_use]
    pub const fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// Where it speaks LDAP over TLS.
    #[must_use]
    pub const fn tls(&self) -> SocketAddr {
        self.tls
    }

    /// The PEM file of the authority that vouches for it.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.home.path().join(CERTIFICATE)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "another program's start is waited for; no clock of ours moves it"
    )]
    fn wait(&self) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        while [self.plain, self.tls].iter().any(|address| TcpStream::connect(address).is_err()) {
            if Instant::now() > until {
                let said = fs::read_to_string(self.home.path().join("log")).unwrap_or_default();
                return Err(format!("slapd did not start for the tests:\n{said}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The shell ends by itself; a failure to wait for it leaves nothing to do.
        drop(self.shell.wait());
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn write_files(home: &Path, config: &Path, people: &[Entry<'_>]) -> io::Result<()> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
    fs::create_dir(home.join("db"))?;
    fs::write(home.join(CERTIFICATE), made.cert.pem())?;
    fs::write(home.join("key.pem"), made.signing_key.serialize_pem())?;
    let home_text = home.display();
    let text = format!(
        "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         pidfile {home_text}/pid\nargsfile {home_text}/args\n\
         TLSCertificateFile {home_text}/cert.pem\nTLSCertificateKeyFile {home_text}/key.pem\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         database mdb\nsuffix \"{SUFFIX}\"\ndirectory {home_text}/db\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to * by dn.exact=\"{READER}\" read by * none\n"
    );
    fs::write(config, text)?;
    let mut file = fs::File::create(home.join("people.ldif"))?;
    file.write_all(ldif(people).as_bytes())
}

fn ldif(people: &[Entry<'_>]) -> String {
    let mut text = format!(
        "dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Harbour\ndc: harbour\n\n\
         dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n\
         userPassword: {READER_PASSWORD}\n\n\
         dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n\n"
    );
    for Entry { uid, name, mail, language, kind, password } in people {
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "dn: uid={uid},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {name}\n\
             mail: {mail}\npreferredLanguage: {language}\nemployeeType: {kind}\nuserPassword: {password}\n\n"
        );
    }
    text
}

fn load(slapadd: &Path, config: &Path, ldif: &Path) -> Result<(), String> {
    let loaded = Command::new(slapadd).arg("-q").arg("-f").arg(config).arg("-l").arg(ldif).output();
    let loaded = loaded.map_err(|error| format!("slapadd could not be started for the tests: {error}"))?;
    if loaded.status.success() {
        return Ok(());
    }
    Err(format!("slapadd refused the people of a test:\n{}", String::from_utf8_lossy(&loaded.stderr)))
}
