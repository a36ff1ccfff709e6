//! A registry with one image, under every name: mirrors are pulled from for real.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use crate::bind::kubernetes;
use crate::buildkit;
use crate::engine::{engine_with, forget};
use crate::plan_site::answers;

/// Answers at an address of this machine until the test ends.
struct Registry {
    address: String,
    /// Paths that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
    _layout: TempDir,
}

impl Registry {
    /// With the layout that the engine itself writes of an image; none, said why, where it writes another.
    fn of(image: &str) -> Option<Self> {
        let layout = tempfile::tempdir().unwrap();
        let script = "docker save \"$1\" | tar -x -C \"$2\"";
        let saved = Command::new("bash").args(["-c", script, "bash", image]).arg(layout.path()).status();
        let folder = layout.path().to_owned();
        if !saved.unwrap().success() || !folder.join("index.json").exists() {
            eprintln!("skipped: this engine saves no image in the form of a registry");
            return None;
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, noted) = (folder.clone(), Arc::clone(&noted));
                std::thread::spawn(move || answer(&stream, &folder, &noted));
            }
        });
        Some(Self { address, asked, _layout: layout })
    }

    fn was_asked_for(&self, part: &str) -> bool {
        self.asked.lock().unwrap().iter().any(|path| path.contains(part))
    }
}

fn blob(folder: &Path, digest: &str) -> PathBuf {
    folder.join("blobs").join(digest.replace(':', "/"))
}

fn answer(mut stream: &TcpStream, folder: &Path, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    asked.lock().unwrap().push(path.to_owned());
    let (kind, digest, body) = found(folder, path).unwrap_or_default();
    let status = if kind.is_empty() && path != "/v2/" { "404 Not Found" } else { "200 OK" };
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\nDocker-Content-Digest: {digest}\r\n\
         Docker-Distribution-Api-Version: registry/2.0\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes());
    if method != "HEAD" {
        let _ = stream.write_all(&body);
    }
}

/// What stands at a path: its kind, its digest, its bytes.
fn found(folder: &Path, path: &str) -> Option<(String, String, Vec<u8>)> {
    let (_, name) = path.rsplit_once('/')?;
    if path.contains("/blobs/") {
        return Some((
            "application/octet-stream".into(),
            name.into(),
            std::fs::read(blob(folder, name)).ok()?,
        ));
    }
    let json = |file: &Path| -> Option<serde_json::Value> {
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    };
    let index = json(&folder.join("index.json"))?;
    let digest = if name.starts_with("sha256:") { name } else { index["manifests"][0]["digest"].as_str()? };
    let file = blob(folder, digest);
    let kind = json(&file)?["mediaType"].as_str()?.to_owned();
    path.contains("/manifests/").then_some((kind, digest.to_owned(), std::fs::read(&file).ok()?))
}

/// An image in the engine, the registry that has it, and the engine without it.
fn only_in_a_registry(image: &str) -> Option<Registry> {
    if !engine_with(image) {
        return None;
    }
    let registry = Registry::of(image);
    forget(&["rmi", image]);
    registry
}

#[test]
fn the_cross_image_of_kubernetes_comes_from_a_mirror_under_the_name_that_its_scripts_use() {
    let (image, tag) = ("ktui-test-bind/kube-cross", "v1.36.0-go1.26.1-mirror");
    let Some(registry) = only_in_a_registry(&format!("{image}:{tag}")) else { return };
    let site = kubernetes(tag);
    let mirror = format!("mirror={}/registry.k8s.io/build-image", registry.address);
    let built = site.build("k8s-container", &[&mirror]);
    built.is_good();
    assert!(registry.was_asked_for(&format!("/v2/registry.k8s.io/build-image/kube-cross/manifests/{tag}")));
    assert!(answers("docker", &["image", "inspect", &format!("{image}:{tag}")]), "{}", built.said);
    let there = format!("{}/registry.k8s.io/build-image/kube-cross:{tag}", registry.address);
    forget(&["rmi", &format!("{image}:{tag}"), &there]);
}

#[test]
fn the_images_that_k3s_builds_on_come_from_a_mirror() {
    let (base, xx) = ("ktui-test-mirror/golang:1.26.1-alpine3.23", "ktui-test-mirror/xx:1.6.1");
    if !buildkit::buildkit(base, xx) {
        return;
    }
    forget(&["rmi", xx]);
    let Some(registry) = only_in_a_registry(base) else { return };
    let mirror = format!("image_mirror={}/docker.io/library", registry.address);
    let built = buildkit::k3s(base, xx).build("k3s-container", &[&mirror]);
    built.is_good();
    for image in ["golang/manifests/1.26.1-alpine3.23", "xx/manifests/1.6.1"] {
        assert!(registry.was_asked_for(&format!("/v2/docker.io/ktui-test-mirror/{image}")), "{}", built.said);
    }
    let there = |image: &str| format!("{}/docker.io/{image}", registry.address);
    forget(&["rmi", base, xx, &there(base), &there(xx)]);
}
