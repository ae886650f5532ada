//! What a run left in its output folder.
//!
//! The worker is gone when this looks, and nothing it said is believed: links and special files are passed over, and
//! every limit of the folder is checked once more.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::Context;
use glovebox_sdk::{Artifact, ArtifactKind, Digest, FileDigest, LimitKind, Limits};
use sha2::{Digest as _, Sha256};

use super::quota;

/// Files of the output folder by name, and the first limit that they break, if any.
#[derive(Debug, Default)]
pub struct Collected {
    pub artifacts: Vec<Artifact>,
    pub exceeded: Option<LimitKind>,
}

/// Reads the whole folder. Files past a broken limit are left out.
pub fn collect(out: &Path, limits: &Limits) -> anyhow::Result<Collected> {
    let mut collected = Collected::default();
    let mut entries = 0;
    let mut bytes = 0;
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(out.join(&folder)).context("read the output folder")? {
            let entry = entry.context("read the output folder")?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let name = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            let metadata = entry.path().symlink_metadata().context("look at an output file")?;
            entries += 1;
            let size = if metadata.is_file() { metadata.len() } else { 0 };
            bytes += size;
            let exceeded = if entries > limits.output_files {
                Some(LimitKind::OutputFiles)
            } else if size > limits.output_file_bytes {
                Some(LimitKind::OutputFileBytes)
            } else if bytes > limits.output_bytes {
                Some(LimitKind::OutputBytes)
            } else if quota::exceeds_depth(&name, metadata.is_dir(), limits) {
                Some(LimitKind::PathDepth)
            } else if quota::exceeds_name(&name, limits) {
                Some(LimitKind::NameBytes)
            } else {
                None
            };
            if exceeded.is_some() {
                collected.exceeded = exceeded;
                folders.clear();
                break;
            }
            if metadata.is_dir() {
                folders.push(name);
            } else if metadata.is_file() {
                let whole = AtomicBool::new(false);
                let (bytes, sha256) = digest_file(&entry.path(), &whole).context("read an output file")?;
                let (kind, media_type) = classify(&name);
                collected.artifacts.push(Artifact {
                    name,
                    kind,
                    media_type: media_type.to_owned(),
                    bytes,
                    sha256,
                });
            }
        }
    }
    collected.artifacts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(collected)
}

/// Size and digest of each input, until `cut` is set: then of those that were read until then.
pub fn digest_inputs(inputs: &[(String, PathBuf)], cut: &AtomicBool) -> anyhow::Result<Vec<FileDigest>> {
    let mut digests = Vec::new();
    for (name, path) in inputs {
        match digest_file(path, cut) {
            Ok((bytes, sha256)) => digests.push(FileDigest {
                name: name.clone(),
                bytes,
                sha256,
            }),
            Err(_) if cut.load(Ordering::Relaxed) => break,
            Err(error) => return Err(error).with_context(|| format!("read the input {}", path.display())),
        }
    }
    Ok(digests)
}

/// SHA-256 of `bytes`.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(format!("{:x}", Sha256::digest(bytes)))
}

/// Size and digest of a file. Setting `cut` makes it an error.
pub fn digest_file(path: &Path, cut: &AtomicBool) -> io::Result<(u64, Digest)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut total = 0;
    loop {
        if cut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match file.read(&mut buffer)? {
            0 => return Ok((total, Digest(format!("{:x}", hasher.finalize())))),
            count => {
                hasher.update(&buffer[..count]);
                total += count as u64;
            }
        }
    }
}

/// What a file is to its reader, by its name alone.
fn classify(name: &str) -> (ArtifactKind, &'static str) {
    use ArtifactKind::{Chart, File, Table};
    let name = name.to_ascii_lowercase();
    if name.ends_with(".vl.json") {
        return (Chart, "application/vnd.vegalite.v6+json");
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "png" => (Chart, "image/png"),
        "svg" => (Chart, "image/svg+xml"),
        "csv" => (Table, "text/csv"),
        "tsv" => (Table, "text/tab-separated-values"),
        "json" => (File, "application/json"),
        "ndjson" | "jsonl" => (File, "application/x-ndjson"),
        "txt" | "log" => (File, "text/plain"),
        "md" => (File, "text/markdown"),
        "html" | "htm" => (File, "text/html"),
        "jpg" | "jpeg" => (File, "image/jpeg"),
        "gif" => (File, "image/gif"),
        "pdf" => (File, "application/pdf"),
        "zip" => (File, "application/zip"),
        _ => (File, "application/octet-stream"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        assert_eq!(classify("a/Chart.PNG"), (ArtifactKind::Chart, "image/png"));
        assert_eq!(
            classify("chart.vl.json"),
            (ArtifactKind::Chart, "application/vnd.vegalite.v6+json")
        );
        assert_eq!(classify("a.csv"), (ArtifactKind::Table, "text/csv"));
        assert_eq!(classify("a.json"), (ArtifactKind::File, "application/json"));
        assert_eq!(
            classify("noextension"),
            (ArtifactKind::File, "application/octet-stream")
        );
    }

    #[test]
    fn links_are_passed_over_and_names_are_sorted() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        fs::write(folder.path().join("b/c.csv"), "x").unwrap();
        fs::write(folder.path().join("a.txt"), "").unwrap();
        symlink("/etc/passwd", folder.path().join("passwd.txt")).unwrap();
        symlink("/etc", folder.path().join("etc")).unwrap();
        let collected = collect(folder.path(), &Limits::default()).unwrap();
        let names: Vec<_> = collected
            .artifacts
            .iter()
            .map(|artifact| artifact.name.as_str())
            .collect();
        assert_eq!(names, ["a.txt", "b/c.csv"]);
        assert_eq!(collected.exceeded, None);
    }

    #[test]
    fn limits_are_checked_again() {
        let check = |limits: Limits, expected: LimitKind| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("folder")).unwrap();
            fs::write(folder.path().join("folder/four.csv"), "1234").unwrap();
            fs::write(folder.path().join("also.csv"), "1234").unwrap();
            assert_eq!(collect(folder.path(), &limits).unwrap().exceeded, Some(expected));
        };
        check(
            Limits {
                output_files: 2,
                ..Limits::default()
            },
            LimitKind::OutputFiles,
        );
        check(
            Limits {
                output_file_bytes: 3,
                ..Limits::default()
            },
            LimitKind::OutputFileBytes,
        );
        check(
            Limits {
                output_bytes: 7,
                ..Limits::default()
            },
            LimitKind::OutputBytes,
        );
        check(
            Limits {
                path_depth: 0,
                ..Limits::default()
            },
            LimitKind::PathDepth,
        );
        check(
            Limits {
                name_bytes: 5,
                ..Limits::default()
            },
            LimitKind::NameBytes,
        );
    }
}
