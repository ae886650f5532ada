//! The object store: the same behaviour on disk and in a bucket, and what callers see when the store fails.

use std::{fs, path::Path, time::Instant};

use chrono::{TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use glovebox::{
    error::Error,
    ids::OrgId,
    objects::{Digest, Disk, ObjectKey, Objects, PREFIX, Reader, S3, broke_off},
};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;

use crate::s3_server::{Line, S3Server};

/// A store and what keeps it.
struct Store {
    objects: Objects,
    s3: Option<S3Server>,
    folder: TempDir,
}

impl Store {
    fn disk() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            objects: Objects::Disk(Disk::open(folder.path().join("objects"))),
            s3: None,
            folder,
        }
    }

    async fn s3() -> Self {
        let server = S3Server::start().await;
        Self {
            objects: Objects::S3(S3::open(&server.config(), 1)),
            s3: Some(server),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn line(&self, line: Line) {
        self.s3.as_ref().unwrap().line(line);
    }

    async fn put(&self, bytes: &[u8]) -> Result<ObjectKey, Error> {
        let key = ObjectKey::new(OrgId::new());
        let source = self.folder.path().join("source");
        fs::write(&source, bytes).unwrap();
        self.objects.put(&key, &source, &Digest::of(bytes)).await?;
        Ok(key)
    }

    /// What the store holds that rows can name.
    async fn listed(&self) -> Vec<ObjectKey> {
        let listed = self.objects.list(PREFIX).all().await.unwrap();
        listed.into_iter().map(|object| object.key).collect()
    }
}

async fn all(reader: Result<Reader, Error>) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.unwrap().read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// Bytes that are different everywhere, so that a piece in the wrong place shows.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect()
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_disk { $(#[tokio::test] async fn $name() { super::$name(super::Store::disk()).await; })* }
        mod on_s3 { $(#[tokio::test] async fn $name() { super::$name(super::Store::s3().await).await; })* }
    };
}

on_both! {
    what_is_stored_comes_back_whole_and_by_range
    an_empty_object_is_an_object
    a_missing_object_is_missing_and_can_be_deleted
    bytes_that_are_not_as_promised_are_not_stored
    a_listing_has_every_object_of_every_page_in_order
    the_check_passes_and_leaves_nothing
}

async fn what_is_stored_comes_back_whole_and_by_range(store: Store) {
    let bytes = noise(3_000_001);
    let key = store.put(&bytes).await.unwrap();
    assert_eq!(all(store.objects.get(&key, None).await).await, bytes);
    for range in [0..1, 0..3_000_001, 1_999_999..2_000_003, 3_000_000..3_000_001, 5..5] {
        let part = all(store.objects.get(&key, Some(range.clone())).await).await;
        assert!(part == bytes[range.start as usize..range.end as usize], "{range:?}");
    }
    assert!(matches!(
        store.objects.get(&key, Some(2_999_999..3_000_002)).await,
        Err(Error::Internal(_))
    ));
    assert_eq!(store.objects.size(&key).await.unwrap(), Some(3_000_001));
    store.objects.delete(&key).await.unwrap();
    assert_eq!(store.objects.size(&key).await.unwrap(), None);
    assert_eq!(store.listed().await, []);
}

async fn an_empty_object_is_an_object(store: Store) {
    let key = store.put(b"").await.unwrap();
    assert_eq!(all(store.objects.get(&key, None).await).await, b"");
    assert_eq!(store.objects.size(&key).await.unwrap(), Some(0));
}

async fn a_missing_object_is_missing_and_can_be_deleted(store: Store) {
    let key = ObjectKey::new(OrgId::new());
    assert!(store.objects.find(&key, None).await.unwrap().is_none());
    let Err(Error::Internal(gone)) = store.objects.get(&key, None).await else {
        panic!("it is there")
    };
    assert!(gone.to_string().contains(key.as_str()), "{gone}");
    assert_eq!(store.objects.get_bytes(&key, 10).await.unwrap(), None);
    store.objects.delete(&key).await.unwrap();
}

async fn bytes_that_are_not_as_promised_are_not_stored(store: Store) {
    let key = ObjectKey::new(OrgId::new());
    let source = store.folder.path().join("source");
    fs::write(&source, b"other").unwrap();
    for digest in [Digest::of(b"same!"), Digest::of(b"longer")] {
        assert!(matches!(
            store.objects.put(&key, &source, &digest).await,
            Err(Error::Internal(_))
        ));
    }
    let missing = store.folder.path().join("nowhere");
    assert!(matches!(
        store.objects.put(&key, &missing, &Digest::of(b"")).await,
        Err(Error::Internal(_))
    ));
}

async fn a_listing_has_every_object_of_every_page_in_order(store: Store) {
    let source = store.folder.path().join("source");
    fs::write(&source, b"x").unwrap();
    let mut keys = Vec::new();
    for _ in 0..7 {
        let org_id = OrgId::new();
        keys.extend((0..150).map(|_| ObjectKey::new(org_id)));
    }
    let digest = Digest::of(b"x");
    let puts = keys.iter().map(|key| store.objects.put(key, &source, &digest));
    stream::iter(puts)
        .buffer_unordered(16)
        .map(Result::unwrap)
        .collect::<()>()
        .await;
    keys.sort();
    let mut listing = store.objects.list(PREFIX);
    let first = listing.next_page().await.unwrap();
    assert_eq!(first.len(), 1000);
    let second = listing.next_page().await.unwrap();
    assert_eq!(listing.next_page().await.unwrap(), []);
    let listed: Vec<ObjectKey> = first.iter().chain(&second).map(|object| object.key.clone()).collect();
    assert_eq!(listed, keys);
    let now = Utc::now();
    assert!(
        first
            .iter()
            .all(|object| object.bytes == 1 && (now - object.modified_at).abs() < TimeDelta::minutes(5))
    );
}

async fn the_check_passes_and_leaves_nothing(store: Store) {
    store.objects.check().await.unwrap();
    assert_eq!(store.objects.list("probe/").all().await.unwrap(), []);
}

#[tokio::test]
async fn on_disk_nothing_is_left_of_an_object_that_failed() {
    let store = Store::disk();
    let source = store.folder.path().join("source");
    fs::write(&source, b"other").unwrap();
    let put = store
        .objects
        .put(&ObjectKey::new(OrgId::new()), &source, &Digest::of(b"same!"))
        .await;
    put.unwrap_err();
    assert_eq!(files(&store.folder.path().join("objects")), 0);
    assert_eq!(store.listed().await, []);
}

#[tokio::test]
async fn on_disk_the_folder_of_an_organisation_goes_with_its_last_object() {
    let store = Store::disk();
    let key = store.put(b"x").await.unwrap();
    let folder = store.folder.path().join("objects").join(key.as_str());
    assert!(folder.exists());
    store.objects.delete(&key).await.unwrap();
    assert!(!folder.parent().unwrap().exists());
}

#[tokio::test]
async fn on_disk_objects_are_stored_while_their_folder_is_being_emptied() {
    let store = Store::disk();
    let org_id = OrgId::new();
    let work = (0..4).map(|_| {
        let (objects, folder) = (store.objects.clone(), store.folder.path().to_owned());
        tokio::spawn(async move {
            let source = folder.join(uuid::Uuid::now_v7().to_string());
            fs::write(&source, b"x").unwrap();
            for _ in 0..50 {
                let key = ObjectKey::new(org_id);
                objects.put(&key, &source, &Digest::of(b"x")).await.unwrap();
                objects.delete(&key).await.unwrap();
            }
        })
    });
    for task in work.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(store.listed().await, []);
}

#[tokio::test]
async fn on_disk_only_the_servers_user_can_look_inside() {
    use std::os::unix::fs::PermissionsExt;
    let store = Store::disk();
    let key = store.put(b"x").await.unwrap();
    let path = store.folder.path().join("objects").join(key.as_str());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
}

#[tokio::test]
async fn on_s3_a_store_that_fails_is_unavailable_and_says_how() {
    let store = Store::s3().await;
    let bytes = noise(100_000);
    let key = store.put(&bytes).await.unwrap();
    for (line, expected) in [
        (Line::Refuses, "the connection to it failed"),
        (Line::Answers(500, "InternalError"), "it answered 500"),
        (Line::Answers(503, "SlowDown"), "it answered 503"),
        (Line::Hangs, "it did not answer in time"),
        (Line::CutsRequests(20), "the connection to it failed"),
    ] {
        store.line(line);
        let mut listing = store.objects.list(PREFIX);
        let (put, got, size, deleted, listed, checked) = tokio::join!(
            store.put(&bytes),
            store.objects.get(&key, None),
            store.objects.size(&key),
            store.objects.delete(&key),
            listing.next_page(),
            store.objects.check(),
        );
        for result in [
            put.map(drop),
            got.map(drop),
            size.map(drop),
            deleted,
            listed.map(drop),
            checked,
        ] {
            let Err(Error::Unavailable(message)) = result else {
                panic!("{line:?}: {result:?}")
            };
            assert!(message.contains(expected), "{line:?}: {message}");
        }
    }
    store.line(Line::Up);
    assert_eq!(all(store.objects.get(&key, None).await).await, noise(100_000));
}

#[tokio::test]
async fn on_s3_an_upload_that_is_cut_leaves_no_object() {
    let store = Store::s3().await;
    store.line(Line::CutsRequests(1_000_000));
    assert!(matches!(store.put(&noise(3_000_000)).await, Err(Error::Unavailable(_))));
    store.line(Line::Up);
    assert_eq!(store.listed().await, []);
}

#[tokio::test]
async fn on_s3_a_download_that_breaks_off_or_stalls_is_taken_up_where_it_was() {
    let store = Store::s3().await;
    let bytes = noise(5_000_000);
    let key = store.put(&bytes).await.unwrap();
    for line in [Line::CutsAnswers(2_000_000), Line::StallsAnswers(2_000_000)] {
        store.line(line);
        assert!(all(store.objects.get(&key, None).await).await == bytes, "{line:?}");
        assert!(
            all(store.objects.get(&key, Some(7..4_999_999)).await).await == bytes[7..4_999_999],
            "{line:?}"
        );
    }
}

#[tokio::test]
async fn on_s3_a_download_ends_with_an_error_when_the_store_is_gone() {
    let store = Store::s3().await;
    let key = store.put(&noise(5_000_000)).await.unwrap();
    let mut reader = store.objects.get(&key, None).await.unwrap();
    reader.read_exact(&mut [0; 1000]).await.unwrap();
    store.line(Line::Refuses);
    let broken = reader.read_to_end(&mut Vec::new()).await.unwrap_err();
    assert!(matches!(broke_off(broken), Error::Unavailable(_)));
}

#[tokio::test]
async fn on_s3_a_failure_that_passes_is_not_noticed() {
    let store = Store::s3().await;
    store.line(Line::Answers(503, "SlowDown"));
    let put = store.put(&[7; 100]);
    let up = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        store.line(Line::Up);
    };
    let (key, ()) = tokio::join!(put, up);
    assert_eq!(all(store.objects.get(&key.unwrap(), None).await).await, [7; 100]);
}

#[tokio::test]
async fn on_s3_wrong_settings_say_which_ones() {
    let server = S3Server::start().await;
    let check = async |change: &dyn Fn(&mut glovebox::config::S3Config), expected: &str| {
        let mut config = server.config();
        change(&mut config);
        let failed = S3::open(&config, 1);
        let Err(Error::Internal(error)) = Objects::S3(failed).check().await else {
            panic!("{expected}")
        };
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    };
    check(
        &|config| config.bucket = "elsewhere".to_owned(),
        "there is no bucket elsewhere",
    )
    .await;
    check(
        &|config| config.access_key_id = "NOBODY".to_owned(),
        "refused the access key",
    )
    .await;
    check(
        &|config| config.secret_access_key = glovebox::config::SecretText::new("wrong"),
        "refused the access key",
    )
    .await;
}

#[tokio::test]
async fn on_s3_a_hanging_store_is_given_up_in_time() {
    let store = Store::s3().await;
    store.line(Line::Hangs);
    let started = Instant::now();
    store.put(b"x").await.unwrap_err();
    // Three tries of a second each, and the delays between them.
    assert!(started.elapsed().as_secs() < 8, "{:?}", started.elapsed());
}

fn files(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |path: &Path| if path.is_dir() { files(path) } else { 1 };
    entries.map(|entry| count(&entry.unwrap().path())).sum()
}
