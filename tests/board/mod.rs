//! A real OpenSSH server on loopback with keys and a port of its own, reached as `ssh:board` through a `ssh` on
//! PATH that only adds a configuration file. `None`, with the reason said, where there is no server.

#![expect(clippy::disallowed_methods, reason = "starts a server and writes its files")]
#![expect(clippy::unwrap_used, reason = "a helper of tests")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) struct Board {
    folder: TempDir,
    server: Child,
}

impl Board {
    pub(crate) fn start() -> Option<Self> {
        let Some(sshd) = ["/usr/sbin/sshd", "/usr/bin/sshd"].map(Path::new).into_iter().find(|p| p.exists())
        else {
            eprintln!("skipped: there is no sshd here");
            return None;
        };
        let Some(ssh) = program("ssh") else {
            eprintln!("skipped: there is no ssh here");
            return None;
        };
        // Where sshd gives up its rights; distributions make it at boot.
        let _ = std::fs::create_dir_all("/run/sshd");
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let at = |name: &str| root.join(name).display().to_string();
        for key in ["host", "user"] {
            let made =
                Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &at(key)]).status();
            assert!(made.unwrap().success());
        }
        std::fs::copy(at("user.pub"), at("authorized")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\nSetEnv HOME={}\n",
            at("host"),
            at("authorized"),
            at("home")
        );
        std::fs::write(at("sshd_config"), server).unwrap();
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let client = format!(
            "Host board\n HostName 127.0.0.1\n Port {port}\n User {}\n IdentityFile {}\n IdentitiesOnly yes\n \
             UserKnownHostsFile {}\n StrictHostKeyChecking accept-new\n",
            String::from_utf8(user).unwrap().trim(),
            at("user"),
            at("known")
        );
        std::fs::write(at("ssh_config"), client).unwrap();
        std::fs::create_dir(at("bin")).unwrap();
        std::fs::write(
            at("bin/ssh"),
            format!("#!/bin/sh\nexec {} -F {} \"$@\"\n", ssh.display(), at("ssh_config")),
        )
        .unwrap();
        std::fs::set_permissions(at("bin/ssh"), PermissionsExt::from_mode(0o755)).unwrap();
        let server = Command::new(sshd)
            .args(["-D", "-f", &at("sshd_config"), "-E", &at("log")])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let board = Self { folder, server };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                Instant::now() < deadline,
                "sshd: {}",
                std::fs::read_to_string(at("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(board)
    }

    /// The process id of the server.
    pub(crate) fn server(&self) -> u32 {
        self.server.id()
    }

    /// A PATH on which `ssh` knows the board.
    pub(crate) fn path(&self) -> String {
        format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap())
    }

    /// A folder for the test's own use.
    pub(crate) fn room(&self, name: &str) -> PathBuf {
        let room = self.folder.path().join(name);
        std::fs::create_dir_all(&room).unwrap();
        room.canonicalize().unwrap()
    }

    /// This program with a state folder of its own.
    pub(crate) fn ktui(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ktui"));
        let home = self.room("home");
        command.env("PATH", self.path()).env("LC_ALL", "C.UTF-8").env("HOME", &home);
        command.env("XDG_RUNTIME_DIR", self.folder.path());
        for (name, folder) in
            [("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")]
        {
            command.env(name, home.join(folder));
        }
        command.stdin(Stdio::null());
        command
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        // Connections that are kept open for the next command.
        for socket in std::fs::read_dir(self.folder.path().join("ktui-ssh")).into_iter().flatten().flatten() {
            let path = format!("ControlPath={}", socket.path().display());
            let ssh = self.folder.path().join("bin/ssh");
            let _ = Command::new(ssh).args(["-O", "exit", "-o", &path, "board"]).output();
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The files that a test needs on PATH.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists())
}
