use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::sync::Arc;

use async_trait::async_trait;
use deskbell_store::Copier;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;

/// Tells one line.
struct OneLine;

#[async_trait]
impl Answers for OneLine {
    async fn lines(&self) -> Result<Vec<String>, String> {
        Ok(vec!["{}".to_owned()])
    }

    fn door(&self) -> String {
        "{}".to_owned()
    }

    fn copier(&self) -> Option<Copier> {
        None
    }
}

/// Runs a test beside a socket in a folder.
async fn with_socket<T>(test: impl AsyncFnOnce(&Path) -> T) -> (TempDir, T) {
    let (folder, stop) = (tempfile::tempdir().unwrap(), CancellationToken::new());
    let server = Server::bind(folder.path()).unwrap();
    let test = async {
        let tested = test(folder.path()).await;
        stop.cancel();
        tested
    };
    let ((), tested) = tokio::join!(server.run(Arc::new(OneLine), stop.clone()), test);
    (folder, tested)
}

async fn rest(mut answer: BufReader<UnixStream>) -> String {
    let mut text = String::new();
    answer.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn what_is_asked_is_answered_and_what_cannot_be_is_refused() {
    let (folder, ()) = with_socket(async |folder| {
        for request in [Request::Ps, Request::Door] {
            assert_eq!(rest(ask(folder, request).await.unwrap()).await, "{}\n");
        }
        let refused = ask(folder, Request::Backup).await.unwrap_err();
        assert_eq!(refused.to_string(), "this store is not on a disk");
    })
    .await;
    assert!(!path(folder.path()).exists(), "it is gone with the bot");
    assert!(matches!(ask(folder.path(), Request::Ps).await, Err(NoAnswer::NobodyThere)));
}

#[tokio::test]
async fn a_request_of_another_version_or_of_nonsense_is_refused_in_words() {
    let (_, ()) = with_socket(async |folder| {
        let long = "x".repeat(10_000);
        for request in ["erase\n", "\n", "ps", &long] {
            let mut stream = UnixStream::connect(path(folder)).await.unwrap();
            // What is too long is not read to its end, so that it may be refused before all is written.
            let _ = stream.write_all(request.as_bytes()).await;
            stream.shutdown().await.unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let answer = String::from_utf8(answer).unwrap();
            assert!(answer.starts_with("no the bot that runs is of another version"), "{request}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_says_nothing_holds_up_nobody_and_ends_with_the_bot() {
    let (_, _silent) = with_socket(async |folder| {
        let silent = UnixStream::connect(path(folder)).await.unwrap();
        assert_eq!(rest(ask(folder, Request::Ps).await.unwrap()).await, "{}\n");
        silent
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_hangs_is_not_waited_for_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let _hanging = std::os::unix::net::UnixListener::bind(path(folder.path())).unwrap();
    assert!(matches!(ask(folder.path(), Request::Ps).await, Err(NoAnswer::Silent)));
}

/// Linux shows a process the folders that it has open under a short path.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_may_have_a_long_name() {
    let (place, stop) = (tempfile::tempdir().unwrap(), CancellationToken::new());
    let folder = place.path().join("x".repeat(200));
    fs::create_dir(&folder).unwrap();
    assert!(matches!(ask(&folder, Request::Ps).await, Err(NoAnswer::NobodyThere)));
    let server = Server::bind(&folder).unwrap();
    let test = async {
        assert_eq!(rest(ask(&folder, Request::Ps).await.unwrap()).await, "{}\n");
        stop.cancel();
    };
    tokio::join!(server.run(Arc::new(OneLine), stop.clone()), test);
    assert!(!path(&folder).exists());
}

#[tokio::test]
async fn only_the_owner_gets_at_it_and_what_a_killed_bot_left_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    drop(std::os::unix::net::UnixListener::bind(path(folder.path())).unwrap());
    assert!(matches!(ask(folder.path(), Request::Ps).await, Err(NoAnswer::NobodyThere)));
    let server = Server::bind(folder.path()).unwrap();
    let made = fs::symlink_metadata(path(folder.path())).unwrap();
    assert!(made.file_type().is_socket());
    assert_eq!(made.permissions().mode() & 0o777, 0o600);
    drop(server);
    fs::write(path(folder.path()), "precious").unwrap();
    assert!(Server::bind(folder.path()).is_err());
    assert_eq!(fs::read_to_string(path(folder.path())).unwrap(), "precious", "it is not ours");
}
