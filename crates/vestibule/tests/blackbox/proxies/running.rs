//! A proxy of Debian's, running with the configuration that `vestibule proxy-config` prints.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use store::testing::TestDb;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use vestibule::proxy_config::{Places, Proxy, write};

use crate::world::{Plan, World};

const RULES: &[(&str, &str)] = &[("/assets", "public"), ("/admin", "role:program_administrator")];

/// A node, the application behind, and the proxy in front. The proxy ends with this value.
pub(super) struct Running {
    pub(super) world: World,
    /// Where the proxy listens.
    pub(super) address: SocketAddr,
    process: Child,
    _home: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM lets a master end its workers, which a kill would leave behind.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) {
            drop(self.process.wait());
        }
    }
}

impl Running {
    pub(super) async fn start(proxy: Proxy) -> Self {
        let port =
            TcpListener::bind(("127.0.0.1", 0)).await.expect("a port").local_addr().expect("an address");
        let plan = Plan {
            trusted: &["127.0.0.1/32"],
            rules: RULES,
            proxy_port: Some(port.port()),
            ..Plan::default()
        };
        let world = World::planned(TestDb::sqlite().await, plan).await;
        let places = Places {
            slug: "reconcile".to_owned(),
            name: "Harbour Reconcile".to_owned(),
            public: world.application.clone(),
            upstream: format!("http://{}", world.behind).parse().expect("an address"),
            vestibule: world.address,
        };
        let home = TempDir::new().expect("a folder");
        let mut command = command(proxy, home.path(), &write(proxy, &places));
        let log = fs::File::create(home.path().join("out.log")).expect("a log");
        let errors = log.try_clone().expect("a log");
        let process = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        let mut process = process.unwrap_or_else(|error| {
            panic!("{proxy:?} is not installed ({error}): `cargo xtask test` says what is missing")
        });
        for _ in 0..600 {
            if TcpStream::connect(port).await.is_ok() {
                return Self { world, address: port, process, _home: home };
            }
            if process.try_wait().expect("a process").is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let _ = process.kill();
        panic!(
            "{proxy:?} does not serve: {}",
            fs::read_to_string(home.path().join("out.log")).unwrap_or_default()
        );
    }
}

fn command(proxy: Proxy, home: &Path, generated: &str) -> Command {
    let file = |name: &str, text: String| {
        fs::write(home.join(name), text).expect("a file");
        home.join(name)
    };
    let at = home.display();
    match proxy {
        Proxy::Nginx => {
            let main = format!(
                "daemon off;\npid {at}/pid;\nerror_log stderr warn;\nevents {{}}\nhttp {{\naccess_log off;\n\
                 client_body_temp_path {at}/body;\nproxy_temp_path {at}/proxy;\nfastcgi_temp_path {at}/fastcgi;\n\
                 uwsgi_temp_path {at}/uwsgi;\nscgi_temp_path {at}/scgi;\n{generated}\n}}\n"
            );
            with(Command::new("/usr/sbin/nginx"), &["-c", &file("nginx.conf", main).to_string_lossy()])
        }
        Proxy::Caddy => {
            let whole = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{generated}");
            let file = file("Caddyfile", whole);
            let mut command = Command::new("/usr/bin/caddy");
            command.env("HOME", home).env("XDG_DATA_HOME", home).env("XDG_CONFIG_HOME", home);
            with(command, &["run", "--adapter", "caddyfile", "--config", &file.to_string_lossy()])
        }
        Proxy::Haproxy => {
            let (cfg, lua) = generated.split_once("-- Lua\n").expect("two files");
            let lua = file("vestibule.lua", lua.to_owned());
            let whole = format!("global\n    lua-load-per-thread {}\n\n{cfg}", lua.display());
            let file = file("haproxy.cfg", whole);
            with(Command::new("/usr/sbin/haproxy"), &["-db", "-f", &file.to_string_lossy()])
        }
        Proxy::Apache => {
            let modules = ["mpm_event", "authz_core", "headers", "proxy", "proxy_http"];
            let load = modules
                .map(|module| {
                    format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n")
                })
                .concat();
            let whole = format!(
                "{load}ServerRoot {at}\nPidFile {at}/pid\nErrorLog {at}/out.log\nDefaultRuntimeDir {at}\n\
                 User www-data\nGroup www-data\nServerName localhost\n{generated}"
            );
            let file = file("apache.conf", whole);
            with(Command::new("/usr/sbin/apache2"), &["-D", "FOREGROUND", "-f", &file.to_string_lossy()])
        }
        Proxy::Traefik | Proxy::Envoy => panic!("not in Debian"),
    }
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments);
    command
}
