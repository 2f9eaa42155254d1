//! The Dockerfile, compose.yaml and .dockerignore against what they speak of. No image is built here: every line is
//! read, and one that nobody has looked at is refused.

mod compose;
mod context;
mod dockerfile;
mod layout;

use self::compose::Compose;
use self::context::Context;
use self::dockerfile::Dockerfile;
use self::layout::Layout;

/// The three files as they stand in the repository.
struct Files {
    dockerfile: String,
    compose: String,
    ignore: String,
}

impl Files {
    fn read() -> Self {
        let file = |name: &str| std::fs::read_to_string(layout::root().join(name)).expect(name);
        Self { dockerfile: file("Dockerfile"), compose: file("compose.yaml"), ignore: file(".dockerignore") }
    }

    /// What does not fit the project, one sentence each.
    fn faults(&self) -> Vec<String> {
        let layout = Layout::read();
        let context = Context::parse(&self.ignore);
        let image = Dockerfile::parse(&self.dockerfile);
        let mut faults = context.faults(&layout);
        faults.extend(image.faults(&layout, &context));
        faults.extend(Compose::parse(&self.compose).faults(&layout, &context, &image));
        faults
    }
}

#[test]
fn every_line_of_the_image_fits_the_project() {
    assert_eq!(Files::read().faults(), Vec::<String>::new());
}

/// Asserts that the Dockerfile is refused with `was` replaced.
fn refuses(file: fn(&mut Files) -> &mut String, was: &str, now: &str) {
    let mut files = Files::read();
    let text = file(&mut files);
    assert!(text.contains(was), "the file says {was:?}");
    *text = text.replace(was, now);
    assert!(!files.faults().is_empty(), "{was:?} may not become {now:?}");
}

#[test]
fn a_renamed_folder_binary_user_or_command_is_seen_in_the_dockerfile() {
    for (was, now) in [
        ("rust:1.95", "rust:1.80"),
        ("debian:bookworm", "debian:bullseye"),
        ("/src/target", "/source/target"),
        ("--locked ", ""),
        ("--no-default-features ", ""),
        ("FEATURES=\"\"", "FEATURES=stage"),
        ("--bin deskbell", "--bin bell"),
        ("target/release/deskbell", "target/release/bell"),
        ("-o 10001", "-o 0"),
        ("--from=build", "--from=builder"),
        ("/out/data /data", "/out/store /data"),
        ("--chown=10001:10001", "--chown=0:0"),
        ("LICENSE-MIT", "LICENCE-MIT"),
        ("USER 10001:10001", "USER 0:0"),
        ("sled:/data", "sled:/store"),
        ("VOLUME /data", "VOLUME /store"),
        ("\"health\"", "\"healthy\""),
        ("SIGTERM", "SIGQUIT"),
        ("ENTRYPOINT [\"deskbell\"]", "ENTRYPOINT [\"bell\"]"),
        ("CMD [\"run\"]", "CMD [\"runs\"]"),
        ("STOPSIGNAL", "EXPOSE 8080\nSTOPSIGNAL"),
    ] {
        refuses(|files| &mut files.dockerfile, was, now);
    }
}

#[test]
fn a_context_that_lacks_a_folder_of_the_build_or_holds_a_secret_is_seen() {
    for (was, now) in [
        ("!crates", "!boxes"),
        ("!commands\n", ""),
        ("!Cargo.lock\n", ""),
        ("!LICENSE-*\n", ""),
        ("*\n!Cargo.toml", "!Cargo.toml"),
        ("!tests", "!tests\n!.env"),
    ] {
        refuses(|files| &mut files.ignore, was, now);
    }
}

#[test]
fn a_compose_file_that_differs_from_the_image_is_seen() {
    for (was, now) in [
        ("deskbell:0.1.0", "deskbell:0.0.9"),
        ("build: .", "build: ./docker"),
        ("env_file: .env", "env_file: .environment"),
        ("env_file: .env", "env_file: .env\n    environment:\n      STORE_URL: sled:/data"),
        ("- deskbell-data:/data", "- deskbell-data:/store"),
        ("stop_grace_period: 15s", "stop_grace_period: 5s"),
        ("    read_only: true", "    privileged: true"),
        ("\nvolumes:\n  deskbell-data:", "\nvolumes:\n  data:"),
    ] {
        refuses(|files| &mut files.compose, was, now);
    }
}
